import type { Requester } from '../reports/requester.js';
import type { ReportJob } from './job.js';

/**
 * A viewer sees their own jobs, an operator sees all jobs. A job that a requester may not see is treated as unknown.
 */
export function maySee(requester: Requester, job: Pick<ReportJob, 'requestedBy'>): boolean {
  return requester.role === 'operator' || requester.name === job.requestedBy;
}

/**
 * Lists for this caller contain only the jobs of the returned requester. Undefined for an operator, whose lists contain
 * all jobs.
 */
export function ownerScope(requester: Requester): string | undefined {
  return requester.role === 'operator' ? undefined : requester.name;
}
