import { Hono } from 'hono';
import type { Context } from 'hono';
import { ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';
import { ANONYMOUS } from '../../reports/requester.js';
import type { Authenticate } from '../auth.js';
import type { Exchange } from '../exchange.js';
import type { Call, Handler } from './call.js';
import { refuseForeignPages } from './foreign-pages.js';
import { prefersPage } from './negotiate.js';
import { problemPage, problemResponse } from './problem.js';
import { declaresTooMuch, payloadTooLarge, readBytes, textOf } from './read-body.js';

export interface Route {
  /** In OpenAPI's form: `/api/2.0/report/jobs/{job_id}`. */
  readonly path: string;
  readonly get?: Handler;
  readonly post?: Handler;
  /** Whoever comes is served; otherwise a token is asked for while authentication is on. */
  readonly open?: boolean;
  /** HEAD is refused although GET is there, since GET changes something. */
  readonly withoutHead?: boolean;
}

interface RouterDeps {
  readonly authenticate: Authenticate;
  readonly logger: Logger;
}

/** What the log says of a fault, once. */
export const UNFORESEEN = 'a request failed for a reason that nobody foresaw';

type Router = (request: Request, exchange: Exchange) => Promise<Response>;

/** Serves the routes. Whatever goes wrong becomes a problem of RFC 9457; what nobody foresaw is logged here, once. */
export function createRouter(deps: RouterDeps, routes: readonly Route[]): Router {
  const hono = new Hono<{ Bindings: Exchange }>();
  for (const route of routes) {
    hono.all(route.path.replace(/\{(\w+)\}/g, ':$1'), (context) => serve(deps, route, context));
  }
  hono.notFound((context) => {
    const error = new ReportsError('NOT_FOUND', 'There is nothing at this address.');
    const { requestId } = context.env;
    return prefersPage(context.req.raw.headers) ? problemPage(error) : problemResponse(error, requestId);
  });
  return async (request, exchange) => await hono.fetch(request, exchange);
}

async function serve(
  deps: RouterDeps,
  route: Route,
  context: Context<{ Bindings: Exchange }>,
): Promise<Response> {
  const exchange = context.env;
  const request = context.req.raw;
  exchange.route = route.path;
  const handler = handlerFor(route, request.method);
  let body: string | null = null;
  try {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: allowOf(route) });
    if (handler === undefined) return methodNotAllowed(route, exchange);
    const requester =
      route.open === true ? ANONYMOUS : deps.authenticate(request.headers.get('authorization'));
    if (request.method === 'POST') refuseForeignPages(request.headers);
    body = await bodyOf(request);
    const query = new URL(request.url).searchParams;
    const parameters: Record<string, string> = context.req.param();
    const jobId = parameters['job_id'] ?? '';
    const { requestId } = exchange;
    const call: Call = { request, query, requester, requestId, jobId, parameters, body };
    return await handler(call);
  } catch (error) {
    return refusal(deps, error, exchange, request, body);
  }
}

function handlerFor(route: Route, method: string): Handler | undefined {
  switch (method) {
    case 'GET':
      return route.get;
    case 'HEAD':
      return route.withoutHead === true ? undefined : route.get;
    case 'POST':
      return route.post;
    default:
      return undefined;
  }
}

async function bodyOf(request: Request): Promise<string | null> {
  if (declaresTooMuch(request.headers.get('content-length'))) throw payloadTooLarge();
  // A body that says its length is no longer than that, as HTTP has it.
  const bytes = request.headers.has('content-length')
    ? new Uint8Array(await request.arrayBuffer())
    : await readBytes(request.body);
  return textOf(bytes, request.headers);
}

function refusal(
  { logger }: RouterDeps,
  error: unknown,
  { requestId, route }: Exchange,
  request: Request,
  body: string | null,
): Response {
  // Whoever hung up is not answered; the status is for the log (nginx's word for it).
  if (request.signal.aborted && error === request.signal.reason) return new Response(null, { status: 499 });
  if (!(error instanceof ReportsError) || error.code === 'INTERNAL') {
    logger.error({ requestId, route, err: error }, UNFORESEEN);
  } else if (error.code === 'SERVICE_UNAVAILABLE') {
    logger.warn({ requestId, route, err: error }, 'a request could not be served');
  }
  return problemResponse(error, requestId, body === null ? 'query' : 'body');
}

function methodNotAllowed(route: Route, exchange: Exchange): Response {
  const { allow } = allowOf(route);
  const error = new ReportsError(
    'METHOD_NOT_ALLOWED',
    `${route.path} knows ${allow}, not ${exchange.method}.`,
  );
  const response = problemResponse(error, exchange.requestId);
  response.headers.set('allow', allow);
  return response;
}

function allowOf(route: Route): { readonly allow: string } {
  const methods = [
    ...(route.get === undefined ? [] : route.withoutHead === true ? ['GET'] : ['GET', 'HEAD']),
    ...(route.post === undefined ? [] : ['POST']),
    'OPTIONS',
  ];
  return { allow: methods.join(', ') };
}
