import { GraphQLError, Kind } from 'graphql';
import type { GraphQLHTTPExtensions } from 'graphql-yoga';
import { BadInputError, ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';

interface Circumstances {
  readonly logger: Logger;
  readonly requestId: string;
  readonly signal?: AbortSignal | undefined;
}

/** Errors that left here once: Yoga passes some of them through several hooks. */
const presented = new WeakSet<Error>();

/**
 * An error as the caller sees it. Errors of the core keep their message and code, and say which value is wrong; what
 * GraphQL itself refuses gets one of our codes; anything else is masked, and logged once with its cause.
 */
export function presentError(error: unknown, circumstances: Circumstances): GraphQLError {
  if (error instanceof GraphQLError && presented.has(error)) return error;
  const shown = present(error, circumstances);
  presented.add(shown);
  return shown;
}

function present(error: unknown, circumstances: Circumstances): GraphQLError {
  if (error instanceof GraphQLError && isRefusal(error)) return refusal(error);
  const cause = rootCause(error);
  if (cause instanceof ReportsError) return known(cause, error, circumstances);
  return masked(cause, error, circumstances);
}

/** Said by GraphQL or Yoga about the request; a value that the service itself failed to serialize is none. */
function isRefusal(error: GraphQLError): boolean {
  return (
    isBadValue(error) || (error.originalError === undefined && typeof error.extensions['code'] === 'string')
  );
}

/** A variable or an argument that is not of its type. Errors of resolvers point at fields instead. */
function isBadValue({ nodes }: GraphQLError): boolean {
  const kind = nodes?.[0]?.kind;
  return (
    kind !== undefined &&
    kind !== Kind.FIELD &&
    kind !== Kind.OPERATION_DEFINITION &&
    kind !== Kind.FRAGMENT_SPREAD
  );
}

function refusal(error: GraphQLError): GraphQLError {
  const { http, code } = error.extensions;
  const status = httpOf(error);
  return new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: {
      code: codeOf(error, code, http?.status),
      ...(status === undefined ? {} : { http: status }),
    },
  });
}

/**
 * Yoga's statuses, except where GraphQL-over-HTTP has it otherwise: a body that makes no sense is a 400 under every
 * media type, and a variable that does not fit is one under application/graphql-response+json only (`spec`).
 */
function httpOf(error: GraphQLError): GraphQLHTTPExtensions | undefined {
  const { http, code } = error.extensions;
  if (code === 'BAD_REQUEST' && http !== undefined) return { ...http, spec: false };
  return isBadValue(error) && error.path === undefined ? { spec: true, status: 400 } : http;
}

function codeOf(error: GraphQLError, code: unknown, status: number | undefined): unknown {
  if (status === 405) return 'METHOD_NOT_ALLOWED';
  if (status === 413) return 'PAYLOAD_TOO_LARGE';
  if (code === undefined ? isBadValue(error) : YOGAS_BAD_INPUT.has(code)) return 'BAD_USER_INPUT';
  return code;
}

/** What Yoga calls a request that it cannot make sense of. */
const YOGAS_BAD_INPUT: ReadonlySet<unknown> = new Set(['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE']);

function known(cause: ReportsError, error: unknown, { logger, requestId }: Circumstances): GraphQLError {
  if (cause.code === 'SERVICE_UNAVAILABLE')
    logger.warn({ requestId, err: cause }, 'an operation was not served');
  const field = cause instanceof BadInputError && cause.path.length > 0 ? { field: cause.path } : {};
  const { code, retryAfterSeconds } = cause;
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new GraphQLError(cause.message, { ...placeOf(error), extensions: { code, ...retry, ...field } });
}

function masked(cause: unknown, error: unknown, { logger, requestId, signal }: Circumstances): GraphQLError {
  const hungUp = signal?.aborted === true && cause === signal.reason;
  if (!hungUp) logger.error({ requestId, err: cause }, 'an operation failed unexpectedly');
  return new GraphQLError('Unexpected error.', {
    ...placeOf(error),
    extensions: { code: 'INTERNAL', requestId, unexpected: true },
  });
}

function placeOf(error: unknown) {
  if (!(error instanceof GraphQLError)) return {};
  const { nodes = null, source = null, positions = null, path = null } = error;
  return { nodes, source, positions, path };
}

/** Below what GraphQL wraps around it. */
export function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError !== undefined
    ? rootCause(error.originalError)
    : error;
}
