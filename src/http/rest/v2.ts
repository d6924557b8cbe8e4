import { ReportsError } from '../../reports/errors.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Accepted } from '../../jobs/ports/job-store.js';
import { ensureReadable } from '../../jobs/read-result.js';
import { requestReport } from '../../jobs/request-report.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import type { RequestHeaders } from '../web/headers.js';
import { InputError } from '../web/input-error.js';
import { readJson } from '../web/json-body.js';
import type { Handler } from '../web/route.js';
import { idempotencyKey } from './idempotency-key.js';
import type { JobDetailsFinder } from './job-details.js';
import { linksOf } from './job-json.js';
import { acceptedAnswer } from './job-answer.js';
import { parseMembers, queryParser } from './parse-input.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { createReportInput } from './report-input.js';
import { maxAgeQuery, resultQuery } from './request-schemas.js';
import { requestView, resultAnswer, type ResultView } from './result-answer.js';

export interface RequestDeps extends Pick<
  Services,
  | 'reports'
  | 'store'
  | 'results'
  | 'sender'
  | 'watcher'
  | 'newJobId'
  | 'maxAttempts'
  | 'onAccepted'
  | 'logger'
> {
  readonly details: Pick<JobDetailsFinder, 'find'>;
}

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
  const parseBody = (value: unknown) => parseMembers(input.body, value);
  const onlyInOnePlace = Object.keys({ ...input.filterQuery, ...maxAgeQuery });

  async function handle(
    exchange: Exchange,
    given: unknown,
    defaults: { readonly maxAgeSeconds?: number },
  ): Promise<Answer> {
    const query = parseQuery(exchange.query);
    const view = requestView(query, report, exchange.headers);
    const source = given === undefined ? 'query' : 'body';
    const body = given === undefined ? undefined : parseBody(given);
    if (body !== undefined) refuseBoth(exchange.query, onlyInOnePlace);
    const maxAgeSeconds = (body === undefined ? query['max_age_seconds'] : body.max_age_seconds) as
      number | null | undefined;
    const accepted = await input.inRestNames(source, () =>
      requestReport(deps, exchange.requester, {
        report,
        requestId: exchange.requestId,
        filter: input.admit(exchange.requester, source, (body === undefined ? query : body.filter) ?? {}),
        ...(exchange.method === 'POST' ? { idempotencyKey: idempotencyKey(exchange.headers) } : {}),
        maxAgeSeconds: maxAgeSeconds ?? defaults.maxAgeSeconds,
      }),
    );
    return await answerOf(deps, exchange, accepted, view);
  }

  return {
    post: async (exchange) => await handle(exchange, await readJson(exchange), {}),
    get: async (exchange) => {
      refusePrefetches(exchange.headers);
      return await handle(exchange, undefined, { maxAgeSeconds: GET_MAX_AGE_SECONDS });
    },
  };
}

function refuseBoth(query: URLSearchParams, names: readonly string[]): void {
  const both = names.find((name) => query.has(name));
  if (both === undefined) return;
  const detail = `${both} must be in the body when there is one, or else all of it in the query.`;
  throw new InputError([{ parameter: both, detail }]);
}

/** A browser that guesses must not make work. */
function refusePrefetches(headers: RequestHeaders): void {
  if (/\bprefetch\b/i.test(headers['sec-purpose'] ?? ''))
    throw new ReportsError('FORBIDDEN', 'A prefetch requests no report.');
}

/** From here on the request is accepted: where the report cannot be had now, the job is the answer. */
async function answerOf(
  deps: RequestDeps,
  exchange: Exchange,
  accepted: Accepted,
  view: ResultView,
): Promise<Answer> {
  const seconds = preferredWait(exchange.headers);
  const headers = seconds === undefined ? {} : preferenceApplied(seconds);
  const job = seconds === undefined ? accepted.job : await waited(deps, exchange, accepted.job, seconds);
  if (seconds !== undefined && job.status === 'SUCCEEDED') {
    const answer = await report(deps, exchange, job, view, { headers, now: endOf(job, accepted) });
    if (answer !== undefined) return answer;
  }
  const members = {
    coalesced: accepted.outcome === 'coalesced',
    reused: accepted.outcome === 'reused',
    message: 'submitted',
  };
  return acceptedAnswer(job, await deps.details.find(job), { members, headers });
}

async function waited(
  deps: RequestDeps,
  { requester, signal }: Exchange,
  job: ReportJob,
  seconds: number,
): Promise<ReportJob> {
  try {
    return await waitForJob(deps, requester, job, { milliseconds: seconds * 1000, signal });
  } catch (cause) {
    deps.logger.debug({ jobId: job.id, err: cause }, 'waiting was cut short; the ticket is the answer');
    return job;
  }
}

/** Undefined when the result cannot be read: it expired meanwhile, or the database went away. */
async function report(
  deps: RequestDeps,
  exchange: Exchange,
  job: ReportJob,
  view: ResultView,
  { headers, now }: { headers: Record<string, string>; now: Date | undefined },
): Promise<Answer | undefined> {
  try {
    const finished = ensureReadable(deps, job, now ?? (await deps.store.now()));
    return await resultAnswer(deps, finished, view, exchange, {
      ...headers,
      'content-location': resultAddress(job, exchange.query),
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
