import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphQLError } from 'graphql';
import { ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';
import type { GraphQLContext } from './context.js';
import { CuttableStream } from './cuttable-stream.js';
import { presentError, rootCause } from './present-error.js';

/** Cuts subscriptions that fail instead of completing them; one that cannot begin answers 503 or 429. */
export function useCutStreams(logger: Logger): Plugin<GraphQLContext> {
  return {
    onSubscribe: ({ context }) => ({
      onSubscribeResult: ({ result, setResult }) => {
        const { requestId, signal, cut } = context;
        if (isAsyncIterable(result)) {
          const report = (error: unknown): void => {
            // Of the core's own reasons (shutting down, a reader too slow) its subscribers are many and its log has one.
            if (!(rootCause(error) instanceof ReportsError))
              presentError(error, { logger, requestId, signal });
          };
          setResult(new CuttableStream(result, report, cut));
        } else if (result.errors?.some(saysUnavailable)) {
          setResult({ ...result, extensions: { http: { status: 503 } } });
        } else if (result.errors?.some(({ extensions }) => extensions['code'] === 'RATE_LIMITED')) {
          setResult({ ...result, extensions: { http: { status: 429, headers: { 'Retry-After': '1' } } } });
        }
      },
    }),
  };
}

export function saysUnavailable(error: GraphQLError): boolean {
  return error.extensions['code'] === 'SERVICE_UNAVAILABLE';
}
