import type { ReportJob } from './job.js';
import type { JobReader } from './ports/job-store.js';

interface QueuePositionDeps {
  readonly store: Pick<JobReader, 'queuePosition'>;
}

/** 1 is the next; null unless the job, as it is shown, is QUEUED. */
export async function findQueuePosition(
  { store }: QueuePositionDeps,
  { id, status }: Pick<ReportJob, 'id' | 'status'>,
): Promise<number | null> {
  if (status !== 'QUEUED') return null;
  // When it has left the queue since its row was read, nothing was before it any more.
  return (await store.queuePosition(id)) ?? 1;
}
