import type { Services } from '../services.js';
import type { Exchange } from '../web/exchange.js';
import { problem } from '../web/problem.js';
import type { Route } from '../web/route.js';
import { createJobEvents } from './events.js';
import { inRestNames } from './input-errors.js';
import { JobDetailsFinder } from './job-details.js';
import { createJobCancel, createJobList, createJobResult, createJobRetry, createJobShow } from './jobs.js';
import { createKindList } from './kinds.js';
import { createSyncReport } from './v1.js';
import { createReportRequest } from './v2.js';

export interface RestOptions {
  /** Between two comments on a quiet event stream, in milliseconds. */
  readonly keepAliveMs?: number;
  /** How long queue figures are taken as known, in milliseconds. */
  readonly detailsMs?: number;
}

/** Every address under `/api/1.0` and `/api/2.0`. */
export function createRestRoutes(
  services: Services,
  { keepAliveMs, detailsMs }: RestOptions,
): readonly Route[] {
  const details = new JobDetailsFinder({
    store: services.store,
    logger: services.logger,
    ...(detailsMs === undefined ? {} : { sharedMs: detailsMs }),
  });
  const deps = { ...services, details, keepAliveMs };
  const jobs = '/api/2.0/report/jobs';
  const routes: readonly Route[] = [
    ...services.reports.reports.flatMap((report): readonly Route[] => {
      const { get, post } = createReportRequest(deps, report);
      return [
        { path: `/api/1.0/report/${report.name}`, get: { handle: createSyncReport(services, report) } },
        {
          path: `/api/2.0/report/${report.name}`,
          get: { handle: get, withoutHead: true, refusesForeignPages: true },
          post: { handle: post, refusesForeignPages: true },
        },
      ];
    }),
    { path: '/api/2.0/report/kinds', get: { handle: createKindList(services.reports) } },
    { path: jobs, get: { handle: createJobList(deps) } },
    { path: `${jobs}/{job_id}`, get: { handle: createJobShow(deps) } },
    { path: `${jobs}/{job_id}/result`, get: { handle: createJobResult(deps) } },
    { path: `${jobs}/{job_id}/events`, get: { handle: createJobEvents(deps) } },
    { path: `${jobs}/{job_id}/cancel`, post: { handle: createJobCancel(deps), refusesForeignPages: true } },
    { path: `${jobs}/{job_id}/retry`, post: { handle: createJobRetry(deps), refusesForeignPages: true } },
  ];
  return routes.map((route) => ({ refuse: refuseInRestNames, ...route }));
}

function refuseInRestNames(error: unknown, { requestId }: Exchange) {
  return problem(inRestNames(error, 'query'), requestId);
}
