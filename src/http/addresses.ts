/** The paths of the REST API. Routes, links and `Location` headers are made from these constants. */
export const SYNC_REPORT = (kind: string) => `/api/1.0/report/${kind}`;
export const REPORT_REQUEST = (kind: string) => `/api/2.0/report/${kind}`;
export const KINDS = '/api/2.0/report/kinds';
export const JOBS = '/api/2.0/report/jobs';

export const JOB = {
  self: `${JOBS}/{job_id}`,
  result: `${JOBS}/{job_id}/result`,
  events: `${JOBS}/{job_id}/events`,
  cancel: `${JOBS}/{job_id}/cancel`,
  retry: `${JOBS}/{job_id}/retry`,
} as const;

export function linksOf(jobId: string): Record<keyof typeof JOB, string> {
  return {
    self: linkTo(JOB.self, jobId),
    result: linkTo(JOB.result, jobId),
    events: linkTo(JOB.events, jobId),
    cancel: linkTo(JOB.cancel, jobId),
    retry: linkTo(JOB.retry, jobId),
  };
}

function linkTo(address: string, jobId: string): string {
  return address.replace('{job_id}', jobId);
}
