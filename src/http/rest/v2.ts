import { postsReport } from '../../reports/kinds/posts-report.js';
import { ReportsError } from '../../reports/errors.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Accepted } from '../../jobs/ports/job-store.js';
import { ensureReadable } from '../../jobs/read-result.js';
import { requestReport } from '../../jobs/request-report.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import type { Call } from './call.js';
import { refuseForeignPages } from './foreign-pages.js';
import { idempotencyKey } from './idempotency-key.js';
import { RestInputError } from './input-errors.js';
import type { JobDetailsFinder } from './job-details.js';
import { linksOf } from './job-json.js';
import { acceptedResponse } from './job-response.js';
import { parseMembers, queryParser } from './parse-input.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { parseObject } from './read-body.js';
import { filterQuery, maxAgeQuery, reportRequestBody } from './request-schemas.js';
import { resultQuery, resultResponse, resultView, type ResultView } from './result-response.js';
import { toFilter } from './v1.js';

export interface RequestDeps extends Pick<
  Services,
  'store' | 'results' | 'sender' | 'watcher' | 'newJobId' | 'maxAttempts' | 'onAccepted' | 'logger'
> {
  readonly details: Pick<JobDetailsFinder, 'find'>;
}

export const reportRequestQuery = { ...filterQuery, ...maxAgeQuery, ...resultQuery };
const parseQuery = queryParser(reportRequestQuery);

/** What repeating the GET within this time leads to is the same job. */
const GET_MAX_AGE_SECONDS = 60;

/** `POST /api/2.0/report/posts`: a job for the report, or the report itself to a caller who waits. */
export function createReportRequest(deps: RequestDeps) {
  return async (call: Call): Promise<Response> => {
    const query = parseQuery(call.query);
    const view = resultView(query, call.request.headers);
    const accepted = await requestReport(deps, call.requester, {
      kind: postsReport.name,
      requestId: call.requestId,
      idempotencyKey: idempotencyKey(call.request.headers),
      ...(call.body === null ? askedByQuery(query) : askedByBody(call.body, call.query)),
    });
    return await answer(deps, call, accepted, view);
  };
}

/** The same by GET, for people who change the version in the address; only from the address bar or a program. */
export function createReportRequestByGet(deps: RequestDeps) {
  return async (call: Call): Promise<Response> => {
    refuseForeignPages(call.request.headers);
    refusePrefetches(call.request.headers);
    const query = parseQuery(call.query);
    const view = resultView(query, call.request.headers);
    const accepted = await requestReport(deps, call.requester, {
      kind: postsReport.name,
      requestId: call.requestId,
      maxAgeSeconds: GET_MAX_AGE_SECONDS,
      ...askedByQuery(query),
    });
    return await answer(deps, call, accepted, view);
  };
}

type Query = ReturnType<typeof parseQuery>;

function askedByQuery(query: Query) {
  const { max_age_seconds: maxAgeSeconds } = query;
  return { filter: toFilter(query), ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }) };
}

function askedByBody(body: string, query: URLSearchParams) {
  const both = Object.keys({ ...filterQuery, ...maxAgeQuery }).find((name) => query.has(name));
  if (both !== undefined) {
    const detail = `${both} must be in the body when there is one, or else all of it in the query.`;
    throw new RestInputError([{ parameter: both, detail }]);
  }
  const { filter, max_age_seconds: maxAgeSeconds } = parseMembers(reportRequestBody, parseObject(body));
  return {
    filter: {
      userIds: filter?.user_ids,
      createdFrom: filter?.created_from,
      createdTo: filter?.created_to,
    },
    maxAgeSeconds,
  };
}

/** A browser that guesses must not make work. */
function refusePrefetches(headers: Headers): void {
  if (/\bprefetch\b/i.test(headers.get('sec-purpose') ?? ''))
    throw new ReportsError('FORBIDDEN', 'A prefetch requests no report.');
}

/** From here on the request is accepted: where the report cannot be had now, the caller gets his ticket. */
async function answer(
  deps: RequestDeps,
  call: Call,
  accepted: Accepted,
  view: ResultView,
): Promise<Response> {
  const seconds = preferredWait(call.request.headers);
  const headers = seconds === undefined ? {} : preferenceApplied(seconds);
  const job = seconds === undefined ? accepted.job : await waited(deps, call, accepted.job, seconds);
  if (seconds !== undefined && job.status === 'SUCCEEDED') {
    const response = await report(deps, call, job, view, { headers, now: endOf(job, accepted) });
    if (response !== undefined) return response;
  }
  const members = {
    coalesced: accepted.outcome === 'coalesced',
    reused: accepted.outcome === 'reused',
    message: 'submitted',
  };
  return acceptedResponse(job, await deps.details.find(job), { members, headers });
}

async function waited(deps: RequestDeps, call: Call, job: ReportJob, seconds: number): Promise<ReportJob> {
  try {
    const { signal } = call.request;
    return await waitForJob(deps, call.requester, job, { milliseconds: seconds * 1000, signal });
  } catch (cause) {
    deps.logger.debug({ jobId: job.id, err: cause }, 'waiting was cut short; the ticket is the answer');
    return job;
  }
}

/** Undefined when the result cannot be read: it expired meanwhile, or the database went away. */
async function report(
  deps: RequestDeps,
  call: Call,
  job: ReportJob,
  view: ResultView,
  { headers, now }: { headers: Record<string, string>; now: Date | undefined },
): Promise<Response | undefined> {
  try {
    const finished = ensureReadable(job, now ?? (await deps.store.now()));
    return await resultResponse(deps, finished, view, call.request, {
      ...headers,
      'content-location': resultAddress(job, call.query),
    });
  } catch (cause) {
    if (!(cause instanceof ReportsError)) throw cause;
    deps.logger.debug({ jobId: job.id, err: cause }, 'the result cannot be read; the ticket is the answer');
    return undefined;
  }
}

/** The moment at which it ended while the caller waited, which is now as well as the clock could say it. */
function endOf(job: ReportJob, accepted: Accepted): Date | undefined {
  const hasJustEnded = job.version > accepted.job.version;
  return hasJustEnded ? (job.completedAt ?? undefined) : undefined;
}

function resultAddress(job: ReportJob, query: URLSearchParams): string {
  const shown = Object.keys(resultQuery).flatMap((name) =>
    query.getAll(name).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return linksOf(job.id).result + (shown.length === 0 ? '' : `?${shown.join('&')}`);
}
