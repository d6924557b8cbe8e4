import { cancelJob } from '../../jobs/cancel-job.js';
import { encodeCursor } from '../../jobs/job-cursor.js';
import { getJob, listJobs } from '../../jobs/find-jobs.js';
import { getFinishedJob } from '../../jobs/read-result.js';
import { retryJob } from '../../jobs/retry-jobs.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import type { Call } from './call.js';
import { jobJson, JOBS_PATH } from './job-json.js';
import { acceptedResponse, jobResponse } from './job-response.js';
import { jsonResponse } from './json-response.js';
import { MEDIA_TYPES, negotiateFormat, requireAcceptable } from './negotiate.js';
import { parseMembers, queryParser, refuseQuery } from './parse-input.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { parseObject } from './read-body.js';
import { emptyBody, listQuery, resultQuery } from './request-schemas.js';
import { orderOf, resultResponse } from './result-response.js';

interface JobRoutesDeps extends Pick<
  Services,
  'reports' | 'store' | 'results' | 'reads' | 'events' | 'sender' | 'watcher' | 'maxAttempts'
> {}

const parseListQuery = queryParser(listQuery);
const parseResultQuery = queryParser(resultQuery);

/** `GET …/jobs`: the caller's jobs, newest first; an operator's are everybody's. */
export function createJobList(deps: JobRoutesDeps) {
  return async ({ request, query, requester }: Call): Promise<Response> => {
    jobFormat(request);
    const { kind, status, limit, cursor } = parseListQuery(query);
    const reads = deps.reads.of(requester);
    const list = listJobs({ store: reads }, requester, { kind, status, first: limit, after: cursor });
    const page = await list.page();
    const data = await Promise.all(page.jobs.map(async (job) => jobJson(job, await reads.detailsOf(job))));
    const last = page.hasNext ? page.jobs.at(-1) : undefined;
    const next = last && encodeCursor('jobs', { at: last.createdAt, id: last.id });
    const link = next === undefined ? {} : { link: `<${nextPage(query, next)}>; rel="next"` };
    return jsonResponse({ data }, { headers: { 'cache-control': 'no-store', ...link } });
  };
}

/** `GET …/jobs/{job_id}`: the job whatever its status; with `Prefer: wait=N` once it is over or the time is up. */
export function createJobShow(deps: JobRoutesDeps) {
  return async ({ request, query, requester, jobId }: Call): Promise<Response> => {
    jobFormat(request);
    refuseQuery(query);
    const reads = deps.reads.of(requester);
    const job = await getJob({ store: reads }, requester, jobId);
    const seconds = preferredWait(request.headers);
    if (seconds === undefined) return await jobResponse(reads, job, request);
    const { signal } = request;
    const latest = await waitForJob(deps, requester, job, { milliseconds: seconds * 1000, signal });
    return await jobResponse(reads, latest, request, preferenceApplied(seconds));
  };
}

/** `GET …/jobs/{job_id}/result` */
export function createJobResult(deps: JobRoutesDeps) {
  return async ({ request, query, requester, jobId }: Call): Promise<Response> => {
    const { format: given, order_by: orderBy } = parseResultQuery(query);
    const format = given ?? negotiateFormat(request.headers);
    const store = deps.reads.of(requester);
    const job = await getFinishedJob({ ...deps, store }, requester, jobId);
    return await resultResponse(deps, job, { format, order: orderOf(job.report, orderBy) }, request);
  };
}

/** `POST …/jobs/{job_id}/cancel` */
export function createJobCancel(deps: JobRoutesDeps) {
  return async (call: Call): Promise<Response> => {
    takesNothing(call);
    const job = await cancelJob(deps, call.requester, call.jobId);
    return await jobResponse(deps.reads.of(call.requester), job, call.request);
  };
}

/** `POST …/jobs/{job_id}/retry` */
export function createJobRetry(deps: JobRoutesDeps) {
  return async (call: Call): Promise<Response> => {
    takesNothing(call);
    const job = await retryJob(deps, call.requester, call.jobId);
    return acceptedResponse(job, await deps.reads.of(call.requester).detailsOf(job));
  };
}

function takesNothing({ request, query, body }: Call): void {
  jobFormat(request);
  refuseQuery(query);
  if (body !== null) parseMembers(emptyBody, parseObject(body));
}

/** A job is JSON; a caller who goes on asking with the `Accept` of the report he is after is not turned away. */
function jobFormat(request: Request): void {
  requireAcceptable(request.headers, Object.values(MEDIA_TYPES));
}

function nextPage(query: URLSearchParams, cursor: string): string {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `${JOBS_PATH}?${next.toString()}`;
}
