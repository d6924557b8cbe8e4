import { z } from 'zod';
import type { ErrorCode } from '../../reports/errors.js';
import type { Exchange } from '../web/exchange.js';

/** Members that the definitions of all operations on one job share. */
export const jobOperation = {
  tag: 'jobs',
  path: z.object({ job_id: z.string().meta({ description: 'The `job_id` of a job.' }) }),
} as const;

export const JOB_PROBLEMS: readonly ErrorCode[] = ['NOT_FOUND', 'SERVICE_UNAVAILABLE'];

export function jobIdOf({ parameters }: Exchange): string {
  return parameters['job_id'] ?? '';
}
