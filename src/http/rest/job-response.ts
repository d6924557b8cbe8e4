import { isTerminal, type ReportJob } from '../../jobs/job.js';
import type { JobDetails, RequesterReads } from '../job-reads/requester-reads.js';
import { jobJson, linksOf } from './job-json.js';
import { jsonResponse } from './json-response.js';
import { matchesEtag, notModified } from './etag.js';

/**
 * A job on its own address. The ETag is weak: it stands for the version and the place in the queue, not for the
 * estimate, which moves with the clock.
 */
export async function jobResponse(
  reads: Pick<RequesterReads, 'detailsOf'>,
  job: ReportJob,
  request: Request,
  extra: Record<string, string> = {},
): Promise<Response> {
  const details = await reads.detailsOf(job);
  const etag = `W/"${job.id}-${job.version}-${details.queuePosition ?? 0}"`;
  const headers = { etag, ...retryAfterHeader(job, details), ...extra };
  if (matchesEtag(request, etag)) return notModified(headers);
  return jsonResponse(
    { data: jobJson(job, details) },
    { headers: { 'cache-control': 'no-store', ...headers } },
  );
}

/** A job that was just brought to life, or found: 202 with where to look, and when. */
export function acceptedResponse(
  job: ReportJob,
  details: JobDetails,
  { members = {}, headers = {} }: { members?: object; headers?: Record<string, string> } = {},
): Response {
  return jsonResponse(
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
