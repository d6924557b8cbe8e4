import { ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';
import type { Answer } from './answer.js';
import type { Authenticate } from './auth.js';
import { ClientGone } from './client-gone.js';
import type { Exchange } from './exchange.js';
import { refuseForeignPages } from './foreign-pages.js';
import { prefersPage } from './negotiate.js';
import { problem, problemPage } from './problem.js';
import { findRoutes } from './find-route.js';
import type { Operation, Route } from './route.js';

export interface RouterOptions {
  readonly authenticate: Authenticate;
  readonly logger: Logger;
}

/** Never rejects: an error becomes an answer of its route; a fault is logged here, once. */
export type Router = (exchange: Exchange) => Promise<Answer>;

export function createRouter(options: RouterOptions, routes: readonly Route[]): Router {
  const find = findRoutes(routes);
  return async (exchange) => {
    const found = find(exchange.path);
    if (found === undefined) return await refuseAddress(exchange);
    exchange.route = found.route.path;
    exchange.parameters = found.parameters;
    try {
      return await serve(options, found.route, exchange);
    } catch (error) {
      return refusal(options, found.route, error, exchange);
    }
  };
}

/** Every request goes this way: bounded, its method known, authenticated, and only then handled. */
async function serve({ authenticate }: RouterOptions, route: Route, exchange: Exchange): Promise<Answer> {
  await exchange.body();
  if (exchange.method === 'OPTIONS') return { status: 204, headers: { allow: allowOf(route) } };
  const operation = operationOf(route, exchange.method);
  if (operation === undefined) {
    const message = `${route.path} knows ${allowOf(route)}, not ${exchange.method}.`;
    throw new ReportsError('METHOD_NOT_ALLOWED', message);
  }
  if (route.page !== undefined && isPageWanted(route.page.others, exchange))
    return await route.page.handle(exchange);
  if (route.open !== true) exchange.requester = authenticate(exchange.headers['authorization']);
  if (operation.refusesForeignPages === true) refuseForeignPages(exchange.headers);
  return await operation.handle(exchange);
}

function operationOf(route: Route, method: string): Operation | undefined {
  switch (method) {
    case 'GET':
      return route.get;
    case 'HEAD':
      return route.get?.withoutHead === true ? undefined : route.get;
    case 'POST':
      return route.post;
    default:
      return undefined;
  }
}

/** The value of `Allow`. */
export function allowOf({ get, post }: Route): string {
  const methods = [
    ...(get === undefined ? [] : get.withoutHead === true ? ['GET'] : ['GET', 'HEAD']),
    ...(post === undefined ? [] : ['POST']),
    'OPTIONS',
  ];
  return methods.join(', ');
}

function isPageWanted(others: readonly string[], { method, headers }: Exchange): boolean {
  return method !== 'POST' && prefersPage(headers, others);
}

async function refuseAddress(exchange: Exchange): Promise<Answer> {
  const { requestId, headers } = exchange;
  try {
    await exchange.body();
    const error = new ReportsError('NOT_FOUND', 'There is nothing at this address.');
    return prefersPage(headers, ['application/json']) ? problemPage(error) : problem(error, requestId);
  } catch (error) {
    return problem(error, requestId);
  }
}

/** A status for the log only (nginx's): the client that closed its connection gets no answer. */
const CLIENT_CLOSED: Answer = { status: 499, headers: {} };

function refusal({ logger }: RouterOptions, route: Route, error: unknown, exchange: Exchange): Answer {
  const { requestId } = exchange;
  if (error instanceof ClientGone) return CLIENT_CLOSED;
  if (!(error instanceof ReportsError) || error.code === 'INTERNAL') {
    logger.error({ requestId, route: route.path, err: error }, 'a request failed unexpectedly');
  } else if (error.code === 'SERVICE_UNAVAILABLE') {
    logger.warn({ requestId, route: route.path, err: error }, 'a request could not be served');
  }
  const answer = route.refuse?.(error, exchange) ?? problem(error, requestId);
  if (answer.status !== 405) return answer;
  return { ...answer, headers: { ...answer.headers, allow: allowOf(route) } };
}
