import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  GraphQLError,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
} from 'graphql';
import {
  CloseCode,
  handleProtocols,
  makeServer,
  type ExecutionResult,
  type SubscribePayload,
} from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../../reports/ports/logger.js';
import { ReportsError } from '../../reports/errors.js';
import type { Requester } from '../../reports/requester.js';
import type { Authenticate } from '../auth.js';
import type { Operation } from './context.js';
import { isUnavailable } from './use-cut-streams.js';

export interface WebSocketOptions {
  readonly path: string;
  /** Bytes of one message. */
  readonly maxPayload: number;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
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

export interface WebSocketEndpoint {
  /** Takes no more connections and cuts those there are, so that clients come back elsewhere or later. */
  close(): Promise<void>;
}

/** A proxy or a client that forgets a connection which is silent for a minute is kept awake. */
const PING_MS = 15_000;
/** A peer that does not answer the close within this time is dropped. */
const CLOSE_MS = 1000;
const MAX_OPERATIONS = 100;
/** Clients of graphql-ws try again after this one. */
const TRY_AGAIN_LATER = 1013;

interface Connection {
  readonly signal: AbortSignal;
  readonly cut: () => void;
  requester?: Requester;
}

/**
 * graphql-transport-ws on a server. graphql-ws brings a binding for ws (`graphql-ws/use/ws`), but that one writes
 * errors to the console (6.4.2), where the log is JSON, and cannot cut a connection; so this is ours.
 */
export function attachWebSocket(server: Server, options: WebSocketOptions): WebSocketEndpoint {
  const { path, maxPayload, logger } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload, handleProtocols });
  const protocol = createProtocol(options);

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = refuseUpgrade(request, path);
    if (refusal !== undefined)
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, (client) => serve(client, protocol, logger));
  };
  server.on('upgrade', onUpgrade);

  return {
    async close() {
      server.off('upgrade', onUpgrade);
      for (const client of sockets.clients) cut(client);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

type Protocol = ReturnType<typeof createProtocol>;

function createProtocol({ authenticate, getEnveloped }: WebSocketOptions) {
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

function serve(client: WebSocket, protocol: Protocol, logger: Logger): void {
  const hangUp = new AbortController();
  const closed = protocol.opened(
    {
      protocol: client.protocol,
      // Resolves when the message is on its way, so that a slow reader slows down its stream and nobody else's.
      send: (data) =>
        new Promise((resolve) => {
          if (client.readyState === client.OPEN) client.send(data, () => resolve());
          else resolve();
        }),
      close: (code, reason) => client.close(code, reason),
      onMessage: (handle) => {
        client.on('message', (data: Buffer) => {
          handle(data.toString()).catch((cause: unknown) => {
            logger.error({ err: cause }, 'a WebSocket message could not be handled');
            client.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
    },
    { signal: hangUp.signal, cut: () => cut(client) },
  );
  const ping = keepAlive(client);
  client.on('error', (cause) => logger.debug({ err: cause }, 'a WebSocket failed')); // 'close' follows
  client.once('close', (code, reason) => {
    clearInterval(ping);
    hangUp.abort();
    closed(code, reason.toString()).catch((cause: unknown) => {
      logger.error({ err: cause }, 'a WebSocket could not be cleaned up');
    });
  });
}

function keepAlive(client: WebSocket): NodeJS.Timeout {
  let isAlive = true;
  client.on('pong', () => {
    isAlive = true;
  });
  return setInterval(() => {
    if (!isAlive) return client.terminate();
    isAlive = false;
    client.ping();
  }, PING_MS);
}

function cut(client: WebSocket): void {
  client.close(TRY_AGAIN_LATER, 'Subscribe again');
  setTimeout(() => client.terminate(), CLOSE_MS).unref();
}

/** Pages of other origins may not connect: a browser would let them, whatever CORS says. */
function refuseUpgrade({ url, headers }: IncomingMessage, path: string): string | undefined {
  if (url?.split('?')[0] !== path) return '404 Not Found';
  const { origin, host } = headers;
  return origin === undefined || hostOf(origin) === host ? undefined : '403 Forbidden';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
