import { randomUUID } from 'node:crypto';
import { Response as WholeResponse } from '@whatwg-node/fetch';
import { createYoga, type YogaInitialContext } from 'graphql-yoga';
import { ReportsError } from '../../reports/errors.js';
import type { Authenticate } from '../web/auth.js';
import { MAX_BODY_BYTES } from '../web/body.js';
import type { Services } from '../services.js';
import type { GraphQLContext, Operation } from './context.js';
import { loadSchema } from './schema.js';
import { createSharedReads } from './shared-reads.js';
import { useCutStreams } from './use-cut-streams.js';
import { maskError, useErrors } from './use-errors.js';
import { useGraphiQLPage } from './use-graphiql-page.js';
import { useHttpRules } from './use-http-rules.js';
import { useLimits } from './use-limits.js';
import { json, type Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { headersOf, statusOf } from '../web/problem.js';
import type { Route } from '../web/route.js';
import { useProductionRules } from './use-production-rules.js';
import { createWebSocketEndpoint, type WebSocketEndpoint } from './web-socket.js';
import type { WebSocketOperation } from './web-socket-protocol.js';
import { askYoga } from './yoga-adapter.js';

const GRAPHQL_PATH = '/graphql';
interface GraphQLOptions {
  readonly authenticate: Authenticate;
  /** Whether browsers get the GraphiQL page. */
  readonly graphiql: boolean;
  /** Who may read the schema, and get suggestions made from it. */
  readonly introspection: 'everyone' | 'operators';
}

type InitialContext = YogaInitialContext & ServerContext & Partial<WebSocketOperation>;

/** What the server says of a request. */
export interface ServerContext {
  readonly requestId?: string | undefined;
  readonly outgoing?: { destroy(): unknown } | undefined;
}

export interface GraphQLEndpoint {
  /** `/graphql`: operations over HTTP, SSE and WebSocket, and the GraphiQL page. */
  readonly route: Route;
  readonly webSockets: WebSocketEndpoint;
}

/** Query, mutation and subscription over HTTP and SSE, and over WebSocket. */
export function createGraphQL(services: Services, options: GraphQLOptions): GraphQLEndpoint {
  const { authenticate } = options;
  const { logger } = services;
  const reads = createSharedReads(services);
  const operationOf = (initial: InitialContext): Operation =>
    initial.webSocketOperation ?? fromRequest(initial, authenticate);
  const yoga = createYoga<ServerContext, GraphQLContext>({
    schema: loadSchema(services.reports),
    graphqlEndpoint: GRAPHQL_PATH,
    context: (initial: InitialContext) => ({ ...operationOf(initial), services, reads }),
    plugins: [
      useGraphiQLPage(GRAPHQL_PATH, options.graphiql ? services.reports : undefined),
      useHttpRules(authenticate),
      ...(options.introspection === 'operators'
        ? [useProductionRules((initial: InitialContext) => operationOf(initial).requester)]
        : []),
      useLimits(services.reports),
      useErrors(logger),
      useCutStreams(logger),
    ],
    maskedErrors: { maskError: maskError(logger) },
    // Ours (useHttpRules) does not lead every body through a stream.
    maxRequestBodySize: false,
    fetchAPI: { Response: YogaResponse, ReadableStream },
    // Same origin only, one operation a request, and no form that a foreign page could send.
    cors: false,
    batching: false,
    multipart: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
  const webSockets = createWebSocketEndpoint({
    maxPayload: MAX_BODY_BYTES,
    authenticate,
    logger,
    getEnveloped: (operation: WebSocketOperation) => yoga.getEnveloped(operation),
  });
  const handle = async (exchange: Exchange) =>
    // Not `yoga.fetch`: that one rejects as soon as the caller is gone, and drops the response that comes later with all
    // that stands behind its body (@whatwg-node/server 0.11.0). Here it comes to whoever has to cancel it.
    await askYoga(async (request, server) => await yoga.handleRequest(request, server), exchange);
  return {
    // Yoga authenticates by itself, because its page is open.
    route: {
      path: GRAPHQL_PATH,
      open: true,
      get: { handle },
      post: { handle },
      webSocket: webSockets.accept,
      refuse,
    },
    webSockets,
  };
}

/** What the kernel refuses, in GraphQL's form. */
function refuse(error: unknown): Answer {
  const { code, message } =
    error instanceof ReportsError ? error : new ReportsError('INTERNAL', 'Something went wrong.');
  const headers = { 'cache-control': 'no-store', ...headersOf(code) };
  return json({ errors: [{ message, extensions: { code } }] }, { status: statusOf(code), headers });
}

/**
 * Whole answers are Yoga's own (@whatwg-node/fetch): the platform's Response makes a stream of every body. A stream is
 * the platform's: a reader of Yoga's own cannot be canceled while it reads (@whatwg-node/node-fetch 0.8.6,
 * PonyfillReadableStream), so that a subscriber who left would be noticed with the next ping.
 */
const YogaResponse = new Proxy(Response, {
  construct: (_target, [body, init]: ConstructorParameters<typeof Response>) =>
    typeof body === 'string' ? new WholeResponse(body, init) : new Response(body, init),
});

function fromRequest(
  { request, requestId, outgoing }: YogaInitialContext & ServerContext,
  authenticate: Authenticate,
): Operation {
  return {
    requester: authenticate(request.headers.get('authorization')),
    requestId: requestId ?? randomUUID(),
    signal: request.signal,
    cut: outgoing === undefined ? undefined : () => void outgoing.destroy(),
  };
}
