import type { JobEvent } from '../jobs/ports/job-events.js';

/** What came over a bus that others can write to. Undefined when it is no job event. */
export function parseJobEvent(payload: unknown): JobEvent | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { jobId, version } = payload as Record<string, unknown>;
  if (typeof jobId !== 'string' || jobId === '' || jobId.length > 64) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  return { jobId, version };
}
