import { OperationTypeNode } from 'graphql';
import { ReportsError } from '../../reports/errors.js';
import type { LargeAnswers } from '../large-answers.js';
import type { Services } from '../services.js';
import type { Answer } from '../web/answer.js';
import type { Authenticate } from '../web/auth.js';
import { MAX_BODY_BYTES } from '../web/body.js';
import { EVENT_STREAM } from '../web/event-stream.js';
import type { Exchange } from '../web/exchange.js';
import { negotiateType } from '../web/negotiate.js';
import { problemPage } from '../web/problem.js';
import type { Route } from '../web/route.js';
import { createEngine, type EngineOptions, type GraphQLEngine } from './engine.js';
import { eventsOf } from './event-stream.js';
import { createGraphiQLPage } from './graphiql-page.js';
import { ANSWER_TYPES, refuse, resultAnswer } from './result-answer.js';
import { readOperationRequest } from './read-operation-request.js';
import { ResultStream } from './result-stream.js';
import { createWebSocketEndpoint, type WebSocketEndpoint } from './web-socket.js';

const PATH = '/graphql';

export interface GraphQLEndpoints {
  readonly route: Route;
  readonly webSockets: WebSocketEndpoint;
}

interface GraphQLOptions extends EngineOptions {
  readonly authenticate: Authenticate;
  /** Whether browsers get the GraphiQL page. */
  readonly graphiql: boolean;
}

/** Serves queries, mutations and subscriptions over HTTP, SSE and WebSocket. */
export function createGraphQL(
  services: Services,
  { authenticate, graphiql, introspection }: GraphQLOptions,
): GraphQLEndpoints {
  const { largeAnswers, logger, reports } = services;
  const engine = createEngine(services, { introspection });
  const webSockets = createWebSocketEndpoint({
    ...{ authenticate, engine, largeAnswers, logger },
    maxPayload: MAX_BODY_BYTES,
  });
  const handle = (exchange: Exchange): Promise<Answer> => answer(engine, largeAnswers, exchange);
  return {
    webSockets,
    route: {
      path: PATH,
      get: { handle, refusesForeignPages: true },
      post: { handle, refusesForeignPages: true },
      page: { handle: graphiql ? createGraphiQLPage(PATH, reports) : withoutPage, others: ANSWER_TYPES },
      webSocket: webSockets.accept,
      refuse,
    },
  };
}

function withoutPage({ requestId }: Exchange): Answer {
  return problemPage(new ReportsError('NOT_FOUND', 'This service has no GraphiQL page.'), requestId);
}

async function answer(
  engine: GraphQLEngine,
  largeAnswers: LargeAnswers,
  exchange: Exchange,
): Promise<Answer> {
  const type = negotiateType(exchange.headers, ANSWER_TYPES);
  const request = await readOperationRequest(exchange);
  const prepared = await engine.prepare(request, exchange);
  if ('errors' in prepared) return resultAnswer(prepared, type);
  exchange.operation = prepared.name;
  if (prepared.type === OperationTypeNode.MUTATION && exchange.method !== 'POST')
    return mutationByGet(exchange);
  // The `Accept` header is checked before the subscription starts. After that, a refusal would have to close the open
  // stream.
  if (prepared.type === OperationTypeNode.SUBSCRIPTION) negotiateType(exchange.headers, [EVENT_STREAM]);
  const run = async (): Promise<Answer> => {
    const result = await engine.run(prepared, exchange);
    return result instanceof ResultStream ? eventsOf(result) : resultAnswer(result, type, prepared);
  };
  return prepared.isLarge ? await largeAnswers.answer(exchange, run) : await run();
}

function mutationByGet(exchange: Exchange): Answer {
  const { status, headers, body } = refuse(
    new ReportsError('METHOD_NOT_ALLOWED', 'A mutation must be sent by POST.'),
    exchange,
  );
  return { status, headers: { ...headers, allow: 'POST' }, body };
}
