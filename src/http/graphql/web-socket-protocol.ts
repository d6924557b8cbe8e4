import { randomUUID } from 'node:crypto';
import {
  GraphQLError,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import {
  makeServer,
  MessageType,
  parseMessage,
  type ExecutionResult,
  type Message,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { ReportsError } from '../../reports/errors.js';
import type { Requester } from '../../reports/requester.js';
import type { Authenticate } from '../web/auth.js';
import type { Operation } from './context.js';
import { saysUnavailable } from './use-cut-streams.js';

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
interface Socket {
  readonly cut: () => void;
}

interface Connection extends Socket {
  requester?: Requester;
  /** Under way, by id; aborted when the caller completes the operation or the connection closes. */
  readonly operations: Map<string, AbortController>;
}

/** Under way on one connection. */
const MAX_OPERATIONS = 100;

export interface WebSocketProtocol {
  /** Serves a socket that opened; returns what to call once it has closed. */
  opened(socket: ProtocolSocket, below: Socket): (code?: number, reason?: string) => Promise<void>;
}

type ProtocolSocket = Parameters<Server['opened']>[0];

/** graphql-transport-ws, whatever carries it: who may connect, how an operation is run, what an error looks like. */
export function createWebSocketProtocol(options: ProtocolOptions): WebSocketProtocol {
  const protocol = createProtocol(options);
  return {
    opened(socket, below) {
      const connection: Connection = { ...below, operations: new Map() };
      const closed = protocol.opened(withAborts(socket, connection), connection);
      return async (code, reason) => {
        for (const operation of connection.operations.values()) operation.abort();
        await closed(code, reason);
      };
    },
  };
}

/**
 * Of a query or mutation that the caller completes before it is done, graphql-ws only drops the answer (6.4.2); so
 * that nobody works for a caller who has gone, this listens along.
 */
function withAborts(socket: ProtocolSocket, { operations }: Connection): ProtocolSocket {
  const listen = (handle: (data: string) => Promise<void>) => async (data: string) => {
    const message = readMessage(data);
    if (message?.type === MessageType.Subscribe && !operations.has(message.id)) {
      const operation = new AbortController();
      operations.set(message.id, operation);
      // An id that was completed may be used again before the work under it has stopped.
      const forget = (): boolean => operations.get(message.id) === operation && operations.delete(message.id);
      await handle(data).finally(forget);
    } else if (message?.type === MessageType.Complete) {
      const handled = handle(data); // first: what is aborted shall find that nobody wants its answer
      operations.get(message.id)?.abort();
      operations.delete(message.id);
      await handled;
    } else {
      await handle(data);
    }
  };
  return { ...socket, onMessage: (handle) => socket.onMessage(listen(handle)) };
}

/** What cannot be read is graphql-ws's to refuse. */
function readMessage(data: string): Message | undefined {
  try {
    return parseMessage(data);
  } catch {
    return undefined;
  }
}

function createProtocol({ authenticate, getEnveloped }: ProtocolOptions) {
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
    onSubscribe: async ({ extra, subscriptions }, id, payload) => {
      if (Object.keys(subscriptions).length > MAX_OPERATIONS) return [tooMany()];
      const { cut: cutConnection, operations, requester } = extra;
      const signal = operations.get(id)?.signal;
      if (requester === undefined || signal === undefined)
        throw new Error('an operation came before its connection was acknowledged');
      const operation = { requester, signal, cut: cutConnection, requestId: randomUUID() };
      return await prepare(getEnveloped({ webSocketOperation: operation }), payload);
    },
    execute: (args) => (args.rootValue as Enveloped).execute(args) as ExecutionResult,
    subscribe: (args) => (args.rootValue as Enveloped).subscribe(args) as ExecutionResult,
    onOperation: ({ extra }, _id, _payload, _args, result) => {
      // A subscription that could not begin is not over: its client has to come back.
      if (!isAsyncIterable(result) && 'errors' in result && result.data === undefined) {
        if (result.errors?.some((error) => saysUnavailable(error))) extra.cut();
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
