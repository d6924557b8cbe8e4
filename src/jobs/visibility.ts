import type { Requester } from '../reports/requester.js';
import type { ReportJob } from './job.js';

/** A viewer sees their own jobs, an operator all jobs. A job that may not be seen is treated as unknown. */
export function maySee(requester: Requester, job: Pick<ReportJob, 'requestedBy'>): boolean {
  return requester.role === 'operator' || requester.name === job.requestedBy;
}

/** The requester to whose jobs lists are limited; undefined for an operator, who sees all. */
export function ownerScope(requester: Requester): string | undefined {
  return requester.role === 'operator' ? undefined : requester.name;
}
