import { ServiceUnavailableError } from '../reports/errors.js';

export type Release = () => void;

/** One requester's access to the semaphore. */
export interface RequesterSlots {
  /**
   * Resolves when the requester has a slot. Rejects when work in another slot fails because the database is
   * unreachable.
   */
  acquire(): Promise<Release>;
  /** Acquires a slot, runs the work, and releases the slot. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Reports an error of work that followed `acquire`. If the database is unreachable, all waiting calls are rejected at
   * once.
   */
  failed(error: unknown): void;
}

/**
 * Limits the number of calls that run at a time, in total and per requester. Free slots go to the waiting requesters in
 * rotation, and to the calls of one requester in order of arrival. A waiting call holds no connection and no timer.
 */
export class FairSemaphore {
  readonly #most: number;
  readonly #mostOfEach: number;
  readonly #busy = new Map<string, number>();
  /** The waiting calls of each requester. The first requester of the map is served next. */
  readonly #waiting = new Map<string, Waiting[]>();
  #busyInAll = 0;

  constructor({ most, mostOfEach }: { most: number; mostOfEach: number }) {
    this.#most = most;
    this.#mostOfEach = mostOfEach;
  }

  of(requester: string): RequesterSlots {
    return {
      acquire: () => this.#acquire(requester),
      run: async (work) => {
        const release = await this.#acquire(requester);
        try {
          return await work();
        } catch (error) {
          this.#failed(error);
          throw error;
        } finally {
          release();
        }
      },
      failed: (error) => this.#failed(error),
    };
  }

  #acquire(requester: string): Promise<Release> {
    return new Promise((acquired, fail) => {
      const queue = this.#waiting.get(requester);
      if (queue === undefined) this.#waiting.set(requester, [{ acquired, fail }]);
      else queue.push({ acquired, fail });
      this.#next();
    });
  }

  #failed(error: unknown): void {
    if (!(error instanceof ServiceUnavailableError)) return;
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const { fail } of waiting) fail(error);
  }

  #next(): void {
    while (this.#busyInAll < this.#most) {
      const requester = this.#nextRequester();
      if (requester === undefined) return;
      const queue = this.#waiting.get(requester) ?? [];
      const next = queue.shift();
      // The requester moves behind all others.
      this.#waiting.delete(requester);
      if (queue.length > 0) this.#waiting.set(requester, queue);
      this.#count(requester, 1);
      let isReleased = false;
      next?.acquired(() => {
        if (isReleased) return;
        isReleased = true;
        this.#count(requester, -1);
        this.#next();
      });
    }
  }

  #nextRequester(): string | undefined {
    for (const requester of this.#waiting.keys()) {
      if ((this.#busy.get(requester) ?? 0) < this.#mostOfEach) return requester;
    }
    return undefined;
  }

  #count(requester: string, change: number): void {
    this.#busyInAll += change;
    const busy = (this.#busy.get(requester) ?? 0) + change;
    if (busy === 0) this.#busy.delete(requester);
    else this.#busy.set(requester, busy);
  }
}

interface Waiting {
  readonly acquired: (release: Release) => void;
  readonly fail: (error: Error) => void;
}
