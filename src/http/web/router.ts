import { ReportsError } from '../../reports/errors.js';
import type { Logger } from '../../jobs/ports/logger.js';
import type { Answer } from './answer.js';
import type { Authenticate } from './auth.js';
import { ClientGone } from './client-gone.js';
import type { Exchange } from './exchange.js';
import { findRoutes } from './find-route.js';
import { prefersPage } from './negotiate.js';
import { problem, problemPage } from './problem.js';
import type { Operation, Route } from './route.js';
import type { Site } from './site.js';

export interface RouterOptions {
  readonly authenticate: Authenticate;
  readonly site: Site;
  readonly logger: Logger;
}

/** Never rejects. The route turns errors into answers, and the router logs each fault once. */
export type Router = (exchange: Exchange) => Promise<Answer>;

export function createRouter(options: RouterOptions, routes: readonly Route[]): Router {
  const find = findRoutes(routes);
  return async (exchange) => {
    const found = find(exchange.path);
    if (found !== undefined) {
      exchange.route = found.route.path;
      exchange.parameters = found.parameters;
    }
    try {
      return await serve(options, found?.route, exchange);
    } catch (error) {
      return refusal(options, found?.route, error, exchange);
    }
  };
}

/** Checks the host, size, address, method and requester, in this order, and then calls the handler. */
async function serve(
  { authenticate, site }: RouterOptions,
  route: Route | undefined,
  exchange: Exchange,
): Promise<Answer> {
  const { method, headers } = exchange;
  site.checkHost(headers);
  await exchange.body();
  if (route === undefined) throw new ReportsError('NOT_FOUND', 'There is nothing at this address.');
  if (method === 'OPTIONS') return { status: 204, headers: { allow: allowOf(route) } };
  const operation = operationOf(route, method);
  if (operation === undefined)
    throw new ReportsError('METHOD_NOT_ALLOWED', `${route.path} knows ${allowOf(route)}, not ${method}.`);
  if (route.page !== undefined && method !== 'POST' && prefersPage(headers, route.page.others))
    return await route.page.handle(exchange);
  if (route.open !== true) exchange.requester = authenticate(headers['authorization']);
  if (operation.refusesForeignPages === true) site.refuseForeignPages(headers);
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
function allowOf({ get, post }: Route): string {
  const methods = [
    ...(get === undefined ? [] : get.withoutHead === true ? ['GET'] : ['GET', 'HEAD']),
    ...(post === undefined ? [] : ['POST']),
    'OPTIONS',
  ];
  return methods.join(', ');
}

/** The answer when the client has closed its connection. It is not sent; 499 is nginx's status. */
const CLIENT_CLOSED: Answer = { status: 499, headers: {} };

function refusal(
  { logger }: RouterOptions,
  route: Route | undefined,
  error: unknown,
  exchange: Exchange,
): Answer {
  const { requestId, headers } = exchange;
  if (error instanceof ClientGone) return CLIENT_CLOSED;
  if (!(error instanceof ReportsError) || error.code === 'INTERNAL')
    logger.error({ requestId, route: exchange.route, err: error }, 'a request failed unexpectedly');
  else if (error.code === 'SERVICE_UNAVAILABLE')
    logger.warn({ requestId, route: exchange.route, err: error }, 'a request could not be served');
  if (route === undefined)
    return prefersPage(headers, ['application/json'])
      ? problemPage(error, requestId)
      : problem(error, requestId);
  const answer = route.refuse?.(error, exchange) ?? problem(error, requestId);
  if (answer.status !== 405) return answer;
  return { ...answer, headers: { ...answer.headers, allow: allowOf(route) } };
}
