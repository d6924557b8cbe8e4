import type { ReportCatalog } from '../reports/report-catalog.js';
import { createDashboardRoutes } from './dashboard/dashboard.js';
import { createHealthRoutes } from './health.js';
import { metricsRoute, type Metrics } from './metrics.js';
import { createOpenApiRoutes } from './openapi/routes.js';
import { createRestRoutes, type RestOptions } from './rest/routes.js';
import type { Services } from './services.js';
import type { Authenticate } from './web/auth.js';
import { createKernel, type Kernel } from './web/kernel.js';
import type { Route } from './web/route.js';
import type { Site } from './web/site.js';

export interface AppOptions extends RestOptions {
  readonly authenticate: Authenticate;
  readonly site: Site;
  readonly metrics: Metrics;
  /** The route of `/graphql`. */
  readonly graphql: Route;
}

/** The routes of the whole service, without a server that listens. */
export function createApp(services: Services, options: AppOptions): Kernel {
  const { authenticate, metrics, site, graphql } = options;
  const { logger } = services;
  const kernel = { authenticate, site, logger, onEnd: metrics.countRequest };
  return createKernel(kernel, [...describedRoutes(services, metrics.read, options), graphql]);
}

/** The routes that /openapi.json describes. They have no services, so that their handlers must not be called. */
export function describeRoutes(reports: ReportCatalog): readonly Route[] {
  return describedRoutes({ reports } as Services, () => Promise.reject(new Error('no figures')), {});
}

function describedRoutes(
  services: Services,
  readMetrics: Metrics['read'],
  options: RestOptions,
): readonly Route[] {
  const routes: readonly Route[] = [
    ...createRestRoutes(services, options),
    ...createDashboardRoutes(),
    ...createHealthRoutes(services),
    ...createOpenApiRoutes(() => routes),
    metricsRoute(readMetrics),
  ];
  return routes;
}
