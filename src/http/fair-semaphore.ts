import { ServiceUnavailableError } from '../reports/errors.js';

export type Release = () => void;

/** The semaphore's slots, for one requester. */
export interface RequesterSlots {
  /** Resolves once a slot is acquired. Rejects when work in another slot finds that the database is away. */
  acquire(): Promise<Release>;
  /** Does the work in a slot. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** To be called with an error of the work. When the database is away, all waiting calls are rejected at once. */
  failed(error: unknown): void;
}

/**
 * Bounds what runs at a time, in total and for each requester. Free slots go to the waiting requesters one after the
 * other (round robin), and to the calls of one requester in their order. A waiting call holds no connection and no timer.
 */
export class FairSemaphore {
  readonly #most: number;
  readonly #mostOfEach: number;
  readonly #busy = new Map<string, number>();
  /** In the order in which requesters come next. */
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
      // Behind all other requesters.
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
