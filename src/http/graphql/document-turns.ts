import { FairSemaphore } from '../fair-semaphore.js';
import type { Operation } from './context.js';

/** The event loop is left to all other work for this many times as long as a document took. */
const REST = 3;

export type Caller = Pick<Operation, 'requester' | 'isAbandoned' | 'signal'>;

/**
 * Turns in which documents are validated: one at a time, by requesters in rotation, in a quarter of the event loop's
 * time at most. Validating a large document takes up to 20 ms.
 */
export class DocumentTurns {
  readonly #semaphore = new FairSemaphore({ most: 1, mostOfEach: 1 });

  /** Rejects with the reason of the operation's signal, and does no work, when the client has gone before the turn. */
  async take<T>(operation: Caller, work: () => T): Promise<T> {
    const release = await this.#semaphore.of(operation.requester.name).acquire();
    const startedAt = performance.now();
    try {
      if (operation.isAbandoned) operation.signal.throwIfAborted();
      return work();
    } finally {
      const restMs = REST * (performance.now() - startedAt);
      if (restMs < 1) setImmediate(release);
      else setTimeout(release, restMs);
    }
  }
}
