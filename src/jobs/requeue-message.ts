import type { AttemptMessage } from './ports/broker.js';
import type { JobDispatch } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';

interface RequeueDeps {
  readonly store: Pick<JobDispatch, 'markUnsent'>;
  readonly logger: Logger;
}

/** Marks the message of a job as not sent, so that the dispatcher sends it again. Never rejects. */
export async function requeueMessage(
  { store, logger }: RequeueDeps,
  { jobId, attempt }: Pick<AttemptMessage, 'jobId' | 'attempt'>,
): Promise<void> {
  try {
    await store.markUnsent({ jobId, attempt });
  } catch (cause) {
    logger.warn(
      { jobId, attempt, err: cause },
      'the message stays marked as sent; it will be sent again in 15 s',
    );
  }
}
