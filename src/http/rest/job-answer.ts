import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { JobDetails } from '../job-reads/requester-reads.js';
import type { Services } from '../services.js';
import { linksOf } from '../addresses.js';
import { jobJson } from './job-json.js';
import { json, type Answer } from '../web/answer.js';
import { matchesEtag, notModified } from '../web/etag.js';
import type { Exchange } from '../web/exchange.js';

/**
 * The answer of a job's own address. The ETag is weak: it changes with the job's version and place in the queue, but
 * not with the estimated end, which changes with time.
 */
export async function jobAnswer(
  deps: Pick<Services, 'reads'>,
  job: ReportJob,
  exchange: Exchange,
  extra: Record<string, string> = {},
): Promise<Answer> {
  const details = await deps.reads.of(exchange.requester).detailsOf(job);
  const etag = `W/"${job.id}-${job.version}-${details.queuePosition ?? 0}"`;
  const headers = { etag, ...retryAfterHeader(job, details), ...extra };
  if (matchesEtag(exchange, etag)) return notModified(headers);
  return json({ data: jobJson(job, details) }, { headers: { 'cache-control': 'no-store', ...headers } });
}

/** The 202 for a job that was created, found or retried, with the address to poll and the seconds to wait. */
export function acceptedAnswer(
  job: ReportJob,
  details: JobDetails,
  { members = {}, headers = {} }: { members?: object; headers?: Record<string, string> } = {},
): Answer {
  return json(
    { data: { ...jobJson(job, details), ...members } },
    {
      status: 202,
      headers: {
        location: linksOf(job.id).self,
        'cache-control': 'no-store',
        'retry-after': String(details.retryAfter ?? 1),
        ...headers,
      },
    },
  );
}

function retryAfterHeader(job: ReportJob, { retryAfter }: JobDetails): Record<string, string> {
  return isTerminal(job.status) || retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}
