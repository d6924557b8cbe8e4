import type { Services } from './services.js';
import { createDashboard } from './dashboard/dashboard.js';
import { createReadiness, showHealth } from './health.js';
import type { Metrics } from './metrics.js';
import { createOpenApiHandler } from './openapi/handler.js';
import { createApiPage } from './openapi/page.js';
import { createRestRoutes, type RestOptions } from './rest/routes.js';
import type { Authenticate } from './web/auth.js';
import { createKernel, type Kernel } from './web/kernel.js';
import type { Route } from './web/route.js';

export interface AppOptions extends RestOptions {
  readonly authenticate: Authenticate;
  readonly metrics: Metrics;
  /** `/graphql`. */
  readonly graphql: Route;
}

/** The whole service without a port. */
export function createApp(services: Services, options: AppOptions): Kernel {
  const { authenticate, metrics } = options;
  const { logger } = services;
  return createKernel({ authenticate, logger, onEnd: metrics.countRequest }, routesOf(services, options));
}

/** Every address of the service. */
function routesOf(services: Services, { graphql, metrics, ...rest }: AppOptions): readonly Route[] {
  const dashboard = createDashboard();
  return [
    ...createRestRoutes(services, rest),
    graphql,
    { path: '/', open: true, get: { handle: dashboard.home } },
    { path: '/dashboard/{file}', open: true, isQuiet: true, get: { handle: dashboard.file } },
    { path: '/healthz', open: true, isQuiet: true, get: { handle: showHealth } },
    { path: '/readyz', open: true, isQuiet: true, get: { handle: createReadiness(services) } },
    { path: '/api', open: true, get: { handle: createApiPage(services.reports) } },
    { path: '/openapi.json', open: true, get: { handle: createOpenApiHandler(services.reports) } },
    { path: '/metrics', isQuiet: true, get: { handle: metrics.handler } },
  ];
}
