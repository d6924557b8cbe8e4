import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { createCancelRoute, createRetryRoute } from './change-job.js';
import { createEventsRoute } from './follow-job.js';
import { createKindsRoute } from './kinds.js';
import { createJobsRoute } from './list-jobs.js';
import { createReportRequestRoute } from './request-report.js';
import { answerSchemas } from './response-schemas.js';
import { createJobRoute } from './show-job.js';
import { createResultRoute } from './show-result.js';
import { createSyncReportRoute } from './sync-report.js';

export interface RestOptions {
  /** The interval of comments on an event stream without events, in milliseconds. */
  readonly keepAliveMs?: number;
}

/** All routes under `/api/1.0` and `/api/2.0`. */
export function createRestRoutes(services: Services, { keepAliveMs }: RestOptions): readonly Route[] {
  const { reports } = services.reports;
  const deps = { ...services, schemas: answerSchemas(reports), keepAliveMs };
  return [
    ...reports.flatMap((report) => [
      createSyncReportRoute(deps, report),
      createReportRequestRoute(deps, report),
    ]),
    createKindsRoute(services.reports),
    createJobsRoute(deps),
    createJobRoute(deps),
    createResultRoute(deps, reports),
    createEventsRoute(deps),
    createCancelRoute(deps),
    createRetryRoute(deps),
  ];
}
