import { ReportsError } from '../../reports/errors.js';
import type { ReportJob } from '../../jobs/job.js';
import type { Accepted } from '../../jobs/ports/job-store.js';
import { ensureReadable } from '../../jobs/read-result.js';
import { waitForJob } from '../../jobs/wait-for-job.js';
import type { Services } from '../services.js';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { linksOf } from '../addresses.js';
import { acceptedAnswer } from './job-answer.js';
import { preferenceApplied, preferredWait } from './prefer.js';
import { resultQuery } from './request-schemas.js';
import { resultAnswer, type ResultView } from './result-answer.js';

export interface RequestAnswerDeps extends Pick<
  Services,
  'reports' | 'store' | 'results' | 'pace' | 'watcher' | 'logger'
> {
  readonly reads: Services['reads'];
}

/** Answers an accepted request: with the report if the client waited and the report can be read, else with the job. */
export async function requestAnswer(
  deps: RequestAnswerDeps,
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
  return acceptedAnswer(job, await deps.reads.of(exchange.requester).detailsOf(job), { members, headers });
}

async function waited(
  deps: RequestAnswerDeps,
  exchange: Exchange,
  job: ReportJob,
  seconds: number,
): Promise<ReportJob> {
  try {
    return await waitForJob(deps, exchange.requester, job, seconds * 1000, exchange);
  } catch (cause) {
    deps.logger.debug({ jobId: job.id, err: cause }, 'waiting was cut short; the job is the answer');
    return job;
  }
}

/** The report; undefined when it has expired or the database is unavailable. */
async function report(
  deps: RequestAnswerDeps,
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
    deps.logger.debug({ jobId: job.id, err: cause }, 'the result cannot be read; the job is the answer');
    return undefined;
  }
}

/**
 * The end of a job that ended while the caller waited; undefined for other jobs. It serves as the present time, so that
 * the time need not be read from the database.
 */
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
