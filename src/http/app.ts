import type { Authenticate } from './auth.js';
import { createDashboard } from './dashboard/dashboard.js';
import { beginExchange, REQUEST_ID_HEADER, type Exchange } from './exchange.js';
import { createReadiness, showHealth } from './health.js';
import type { Metrics } from './metrics.js';
import { createOpenApiHandler } from './openapi/handler.js';
import { createApiPage } from './openapi/page.js';
import { createJobEvents } from './rest/events.js';
import {
  createJobCancel,
  createJobList,
  createJobResult,
  createJobRetry,
  createJobShow,
} from './rest/jobs.js';
import { createKindList } from './rest/kinds.js';
import { problemResponse } from './rest/problem.js';
import { declaresTooMuch, payloadTooLarge } from './rest/read-body.js';
import { createRouter, UNFORESEEN, type Route } from './rest/router.js';
import { createSyncReport } from './rest/v1.js';
import { createReportRequest } from './rest/v2.js';
import type { Services } from './services.js';

export interface AppOptions {
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  /** Everything under /graphql. */
  readonly graphql: GraphQLEndpoint;
  /** Between two comments on a quiet event stream, in milliseconds. */
  readonly keepAliveMs?: number;
}

export interface GraphQLEndpoint {
  fetch(
    request: Request,
    server: { readonly requestId: string; readonly outgoing: Exchange['outgoing'] },
  ): Promise<Response>;
}

export interface App {
  /** The whole service without a port; what is beside the routes (log line, figures) included. */
  fetch(request: Request): Promise<Response>;
  /** The same for a server, which says itself when the exchange is over. */
  answer(request: Request, exchange: Exchange): Promise<Response>;
  /** Gives an answer that was made elsewhere the headers of all answers. */
  finish(response: Response, exchange: Exchange): Response;
  /** Writes the log line and the figures of an exchange that is over. */
  conclude(exchange: Exchange, status: number): void;
}

const DASHBOARD_FILES = '/dashboard/{file}';

/** Every address of the service. */
function routesOf(services: Services, options: AppOptions): readonly Route[] {
  const { keepAliveMs } = options;
  const deps = { ...services, ...(keepAliveMs === undefined ? {} : { keepAliveMs }) };
  const dashboard = createDashboard();
  const jobs = '/api/2.0/report/jobs';
  return [
    ...services.reports.reports.flatMap((report): readonly Route[] => [
      { path: `/api/1.0/report/${report.name}`, get: createSyncReport(services, report) },
      { path: `/api/2.0/report/${report.name}`, ...createReportRequest(deps, report), withoutHead: true },
    ]),
    { path: '/api/2.0/report/kinds', get: createKindList(services.reports) },
    { path: jobs, get: createJobList(deps) },
    { path: `${jobs}/{job_id}`, get: createJobShow(deps) },
    { path: `${jobs}/{job_id}/result`, get: createJobResult(deps) },
    { path: `${jobs}/{job_id}/events`, get: createJobEvents(deps) },
    { path: `${jobs}/{job_id}/cancel`, post: createJobCancel(deps) },
    { path: `${jobs}/{job_id}/retry`, post: createJobRetry(deps) },
    { path: '/', open: true, get: dashboard.home },
    { path: DASHBOARD_FILES, open: true, get: dashboard.file },
    { path: '/healthz', open: true, get: showHealth },
    { path: '/readyz', open: true, get: createReadiness(services) },
    { path: '/api', open: true, get: createApiPage(services.reports) },
    { path: '/openapi.json', open: true, get: createOpenApiHandler(services.reports) },
    { path: '/metrics', get: options.metrics.handler },
  ];
}

export function createApp(services: Services, options: AppOptions): App {
  const { graphql, metrics } = options;
  const router = createRouter(
    { authenticate: options.authenticate, logger: services.logger },
    routesOf(services, options),
  );

  async function answer(request: Request, exchange: Exchange): Promise<Response> {
    const serve = isGraphQL(exchange.path) ? answerGraphQL : router;
    try {
      return finish(await serve(request, exchange), exchange);
    } catch (error) {
      const { requestId } = exchange;
      services.logger.error({ requestId, err: error }, UNFORESEEN);
      return finish(problemResponse(error, requestId), exchange);
    }
  }

  async function answerGraphQL(request: Request, exchange: Exchange): Promise<Response> {
    const { requestId, outgoing } = exchange;
    exchange.route = '/graphql';
    if (declaresTooMuch(request.headers.get('content-length'))) {
      return problemResponse(payloadTooLarge(), requestId);
    }
    return await graphql.fetch(request, { requestId, outgoing });
  }

  function conclude(exchange: Exchange, status: number): void {
    metrics.countRequest(exchange, status);
    const { requestId, method, path, startedAt } = exchange;
    const durationMs = Math.round(performance.now() - startedAt);
    const level = QUIET_ROUTES.includes(exchange.route) ? 'debug' : 'info';
    services.logger[level]({ requestId, method, path, status, durationMs }, 'request');
  }

  return {
    answer,
    finish,
    conclude,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const exchange = beginExchange(request.method, pathname, request.headers.get(REQUEST_ID_HEADER));
      const response = await answer(request, exchange);
      conclude(exchange, response.status);
      return response;
    },
  };
}

/** Asked for every few seconds by machines, or a dozen at once by each visitor. */
const QUIET_ROUTES = ['/healthz', '/readyz', '/metrics', DASHBOARD_FILES];

function isGraphQL(path: string): boolean {
  return path === '/graphql' || path.startsWith('/graphql/');
}

function finish(response: Response, { requestId }: Exchange): Response {
  response.headers.set(REQUEST_ID_HEADER, requestId);
  response.headers.set('x-content-type-options', 'nosniff');
  return response;
}
