import { FairSemaphore } from '../fair-semaphore.js';
import type { Operation } from './context.js';

/** The pause after each validation, as a multiple of its duration. The event loop is then free for other work. */
const PAUSE_FACTOR = 3;

export type Caller = Pick<Operation, 'requester' | 'isAbandoned' | 'signal'>;

/**
 * Schedules the validation of large documents, because one takes up to 20 ms: one document at a time, from the
 * requesters in rotation, in at most a quarter of the event loop's time.
 */
export class DocumentTurns {
  readonly #semaphore = new FairSemaphore({ most: 1, mostOfEach: 1 });

  /**
   * Waits for a turn, then does the work. If the client disconnects before the turn, rejects with the reason of the
   * operation's signal and does no work.
   */
  async take<T>(operation: Caller, work: () => T): Promise<T> {
    const release = await this.#semaphore.of(operation.requester.name).acquire();
    const startedAt = performance.now();
    try {
      if (operation.isAbandoned) operation.signal.throwIfAborted();
      return work();
    } finally {
      const pauseMs = PAUSE_FACTOR * (performance.now() - startedAt);
      if (pauseMs < 1) setImmediate(release);
      else setTimeout(release, pauseMs);
    }
  }
}
