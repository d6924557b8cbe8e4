import type { Requester } from '../reports/requester.js';
import type { ReportJob } from './job.js';

/** A viewer sees their own jobs, an operator sees all. A job that may not be seen equals an unknown one. */
export function maySee(requester: Requester, job: Pick<ReportJob, 'requestedBy'>): boolean {
  return requester.role === 'operator' || requester.name === job.requestedBy;
}

/** The name that lists are narrowed to; undefined for an operator, whose lists are not. */
export function ownerScope(requester: Requester): string | undefined {
  return requester.role === 'operator' ? undefined : requester.name;
}
