import { randomUUID } from 'node:crypto';
import {
  GraphQLError,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import { makeServer, type ExecutionResult, type SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { ReportsError } from '../../reports/errors.js';
import type { Requester } from '../../reports/requester.js';
import type { Authenticate } from '../auth.js';
import type { Operation } from './context.js';
import { isUnavailable } from './use-cut-streams.js';

export interface ProtocolOptions {
  readonly authenticate: Authenticate;
  /** Yoga's own parser, rules and executor, so that an operation is served alike on every transport. */
  readonly getEnveloped: (operation: WebSocketOperation) => Enveloped;
}

export interface WebSocketOperation {
  readonly webSocketOperation: Operation;
}

interface Enveloped {
  readonly schema: ExecutionArgs['schema'];
  readonly parse: (query: string) => ExecutionArgs['document'];
  readonly validate: (
    schema: ExecutionArgs['schema'],
    document: ExecutionArgs['document'],
  ) => readonly GraphQLError[];
  readonly contextFactory: () => unknown;
  readonly execute: (args: ExecutionArgs) => unknown;
  readonly subscribe: (args: ExecutionArgs) => unknown;
}

/** What the protocol knows of the socket below it. */
interface Connection {
  readonly signal: AbortSignal;
  readonly cut: () => void;
  requester?: Requester;
}

/** Under way on one connection. */
const MAX_OPERATIONS = 100;

export type WebSocketProtocol = ReturnType<typeof createWebSocketProtocol>;

/** graphql-transport-ws, whatever carries it: who may connect, how an operation is run, what an error looks like. */
export function createWebSocketProtocol({ authenticate, getEnveloped }: ProtocolOptions) {
  return makeServer<{ authorization?: unknown }, Connection>({
    onConnect: ({ connectionParams, extra }) => {
      const authorization = connectionParams?.authorization;
      try {
        extra.requester = authenticate(typeof authorization === 'string' ? authorization : undefined);
        return true;
      } catch (error) {
        if (error instanceof ReportsError) return false; // closes with 4403
        throw error;
      }
    },
    onSubscribe: async ({ extra, subscriptions }, _id, payload) => {
      if (Object.keys(subscriptions).length > MAX_OPERATIONS) return [tooMany()];
      const { signal, cut: cutConnection, requester } = extra;
      if (requester === undefined)
        throw new Error('an operation came before its connection was acknowledged');
      const operation = { requester, signal, cut: cutConnection, requestId: randomUUID() };
      return await prepare(getEnveloped({ webSocketOperation: operation }), payload);
    },
    execute: (args) => (args.rootValue as Enveloped).execute(args) as ExecutionResult,
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args) as ExecutionResult,
    onOperation: ({ extra }, _id, _payload, _args, result) => {
      // A subscription that could not begin is not over: its client has to come back.
      if (!isAsyncIterable(result) && 'errors' in result && result.data === undefined) {
        if (result.errors?.some((error) => isUnavailable(error))) extra.cut();
      }
    },
    onNext: (_context, _id, _payload, _args, result) => toWireResult(result),
    onError: (_context, _id, _payload, errors) => errors.map(toWire),
  });
}

async function prepare(enveloped: Enveloped, payload: SubscribePayload) {
  const { schema, parse, validate, contextFactory } = enveloped;
  let document: ExecutionArgs['document'];
  try {
    document = parse(payload.query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    error.extensions['code'] = 'GRAPHQL_PARSE_FAILED';
    return [error];
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return errors;
  return {
    schema,
    document,
    operationName: payload.operationName ?? null,
    variableValues: payload.variables ?? null,
    contextValue: await contextFactory(),
    rootValue: enveloped,
  };
}

/** Without what is meant for HTTP. */
function toWireResult({ data, errors }: ExecutionResult): FormattedExecutionResult {
  return {
    ...(errors === undefined ? {} : { errors: errors.map(toWire) }),
    ...(data === undefined ? {} : { data }),
  };
}

function toWire(error: GraphQLError | GraphQLFormattedError): GraphQLFormattedError {
  const { extensions = {}, ...rest } = error instanceof GraphQLError ? error.toJSON() : error;
  const { http: _http, unexpected: _unexpected, ...ours } = extensions;
  return { ...rest, extensions: { code: 'BAD_USER_INPUT', ...ours } };
}

function tooMany(): GraphQLError {
  const message = `A connection may have ${MAX_OPERATIONS} operations under way.`;
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } });
}
