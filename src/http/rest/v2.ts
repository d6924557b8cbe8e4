import { ReportsError } from '../../reports/errors.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Accepted } from '../../jobs/ports/job-store.js';
import { ensureReadable } from '../../jobs/read-result.js';
import { requestReport } from '../../jobs/request-report.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import type { Call, Handler } from './call.js';
import { refuseForeignPages } from './foreign-pages.js';
import { idempotencyKey } from './idempotency-key.js';
import { RestInputError } from './input-errors.js';
import { linksOf } from './job-json.js';
import { acceptedResponse } from './job-response.js';
import { parseMembers, queryParser } from './parse-input.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { parseObject } from './read-body.js';
import { createReportInput } from './report-input.js';
import { maxAgeQuery, resultQuery } from './request-schemas.js';
import { requestView, resultResponse, type ResultView } from './result-response.js';

export interface RequestDeps extends Pick<
  Services,
  | 'reports'
  | 'store'
  | 'results'
  | 'sender'
  | 'watcher'
  | 'newJobId'
  | 'maxAttempts'
  | 'maxOpenJobs'
  | 'onAccepted'
  | 'logger'
  | 'reads'
> {}

/** What repeating the GET within this time leads to is the same job. */
const GET_MAX_AGE_SECONDS = 60;

export interface ReportRequestHandlers {
  /** `POST /api/2.0/report/{kind}`: a job for the report, or the report itself to a caller who waits. */
  readonly post: Handler;
  /** The same by GET, for people who change the version in the address; only from the address bar or a program. */
  readonly get: Handler;
}

export function createReportRequest(deps: RequestDeps, report: ReportDefinition): ReportRequestHandlers {
  const input = createReportInput(report);
  const parseQuery = queryParser(input.requestQuery);
  const parseBody = (body: string) => parseMembers(input.body, parseObject(body));
  const onlyInOnePlace = Object.keys({ ...input.filterQuery, ...maxAgeQuery });

  async function handle(call: Call, defaults: { readonly maxAgeSeconds?: number }): Promise<Response> {
    const query = parseQuery(call.query);
    const view = requestView(query, report, call.request.headers);
    const source = call.body === null ? 'query' : 'body';
    const body = call.body === null ? undefined : parseBody(call.body);
    if (body !== undefined) refuseBoth(call.query, onlyInOnePlace);
    const maxAgeSeconds = (body === undefined ? query['max_age_seconds'] : body.max_age_seconds) as
      number | null | undefined;
    const accepted = await input.inRestNames(source, () =>
      requestReport(deps, call.requester, {
        report,
        requestId: call.requestId,
        filter: input.admit(call.requester, source, (body === undefined ? query : body.filter) ?? {}),
        ...(call.request.method === 'POST' ? { idempotencyKey: idempotencyKey(call.request.headers) } : {}),
        maxAgeSeconds: maxAgeSeconds ?? defaults.maxAgeSeconds,
      }),
    );
    return await answer(deps, call, accepted, view);
  }

  return {
    post: (call) => handle(call, {}),
    get: async (call) => {
      refuseForeignPages(call.request.headers);
      refusePrefetches(call.request.headers);
      return await handle({ ...call, body: null }, { maxAgeSeconds: GET_MAX_AGE_SECONDS });
    },
  };
}

function refuseBoth(query: URLSearchParams, names: readonly string[]): void {
  const both = names.find((name) => query.has(name));
  if (both === undefined) return;
  const detail = `${both} must be in the body when there is one, or else all of it in the query.`;
  throw new RestInputError([{ parameter: both, detail }]);
}

/** A browser that guesses must not make work. */
function refusePrefetches(headers: Headers): void {
  if (/\bprefetch\b/i.test(headers.get('sec-purpose') ?? ''))
    throw new ReportsError('FORBIDDEN', 'A prefetch requests no report.');
}

/** From here on the request is accepted: where the report cannot be had now, the job is the answer. */
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
  return acceptedResponse(job, await deps.reads.of(call.requester).detailsOf(job), { members, headers });
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
    const finished = ensureReadable(deps, job, now ?? (await deps.store.now()));
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
