import { cancelJob } from '../../jobs/cancel-job.js';
import { encodeCursor } from '../../jobs/job-cursor.js';
import { getJob, listJobs } from '../../jobs/find-jobs.js';
import { getFinishedJob } from '../../jobs/read-result.js';
import { retryJob } from '../../jobs/retry-jobs.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import { json } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { readJson } from '../web/json-body.js';
import { negotiateType } from '../web/negotiate.js';
import type { Handler } from '../web/route.js';
import { MEDIA_TYPES, negotiateFormat } from './formats.js';
import type { JobDetailsFinder } from './job-details.js';
import { jobJson, JOBS_PATH } from './job-json.js';
import { acceptedAnswer, jobAnswer } from './job-answer.js';
import { parseMembers, queryParser, refuseQuery } from './parse-input.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { emptyBody, listQuery, resultQuery } from './request-schemas.js';
import { orderOf, resultAnswer } from './result-answer.js';

interface JobRoutesDeps extends Pick<
  Services,
  'reports' | 'store' | 'results' | 'events' | 'sender' | 'watcher' | 'maxAttempts'
> {
  readonly details: Pick<JobDetailsFinder, 'find'>;
}

const parseListQuery = queryParser(listQuery);
const parseResultQuery = queryParser(resultQuery);

/** `GET …/jobs`: the caller's jobs, newest first; an operator's are everybody's. */
export function createJobList(deps: JobRoutesDeps): Handler {
  return async ({ headers, query, requester }) => {
    jobFormat(headers);
    const { kind, status, limit, cursor } = parseListQuery(query);
    const page = await listJobs(deps, requester, { kind, status, first: limit, after: cursor });
    const data = await Promise.all(page.jobs.map(async (job) => jobJson(job, await deps.details.find(job))));
    const last = page.hasNext ? page.jobs.at(-1) : undefined;
    const next = last && encodeCursor('jobs', { at: last.createdAt, id: last.id });
    const link = next === undefined ? {} : { link: `<${nextPage(query, next)}>; rel="next"` };
    return json({ data }, { headers: { 'cache-control': 'no-store', ...link } });
  };
}

/** `GET …/jobs/{job_id}`: the job whatever its status; with `Prefer: wait=N` once it is over or the time is up. */
export function createJobShow(deps: JobRoutesDeps): Handler {
  return async (exchange) => {
    const { headers, query, requester } = exchange;
    jobFormat(headers);
    refuseQuery(query);
    const job = await getJob(deps, requester, jobIdOf(exchange));
    const seconds = preferredWait(headers);
    if (seconds === undefined) return await jobAnswer(deps, job, exchange);
    const { signal } = exchange;
    const latest = await waitForJob(deps, requester, job, { milliseconds: seconds * 1000, signal });
    return await jobAnswer(deps, latest, exchange, preferenceApplied(seconds));
  };
}

/** `GET …/jobs/{job_id}/result` */
export function createJobResult(deps: JobRoutesDeps): Handler {
  return async (exchange) => {
    const { format: given, order_by: orderBy } = parseResultQuery(exchange.query);
    const format = given ?? negotiateFormat(exchange.headers);
    const job = await getFinishedJob(deps, exchange.requester, jobIdOf(exchange));
    return await resultAnswer(deps, job, { format, order: orderOf(job.report, orderBy) }, exchange);
  };
}

/** `POST …/jobs/{job_id}/cancel` */
export function createJobCancel(deps: JobRoutesDeps): Handler {
  return async (exchange) => {
    await takesNothing(exchange);
    const job = await cancelJob(deps, exchange.requester, jobIdOf(exchange));
    return await jobAnswer(deps, job, exchange);
  };
}

/** `POST …/jobs/{job_id}/retry` */
export function createJobRetry(deps: JobRoutesDeps): Handler {
  return async (exchange) => {
    await takesNothing(exchange);
    const job = await retryJob(deps, exchange.requester, jobIdOf(exchange));
    return acceptedAnswer(job, await deps.details.find(job));
  };
}

async function takesNothing(exchange: Exchange): Promise<void> {
  jobFormat(exchange.headers);
  refuseQuery(exchange.query);
  const body = await readJson(exchange);
  if (body !== undefined) parseMembers(emptyBody, body);
}

/** Of `…/jobs/{job_id}`. */
export function jobIdOf({ parameters }: Exchange): string {
  return parameters['job_id'] ?? '';
}

/** A job is JSON; a caller who goes on asking with the `Accept` of the report is not turned away. */
function jobFormat(headers: Exchange['headers']): void {
  negotiateType(headers, Object.values(MEDIA_TYPES));
}

function nextPage(query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `${JOBS_PATH}?${next.toString()}`;
}
