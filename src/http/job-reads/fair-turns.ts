import { ServiceUnavailableError } from '../../reports/errors.js';

export type EndTurn = () => void;

/** The turns of one requester. */
export interface Turns {
  /** Resolves when the turn begins. Rejects when an earlier turn found that the database is away. */
  begin(): Promise<EndTurn>;
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Says what a turn met: when the database is away, all that wait are rejected at once. */
  failed(error: unknown): void;
}

/**
 * Bounds what is under way at a time, in all and for each requester. When there is room, the requesters that wait take
 * turns; within one requester the order is that of the calls. A call that waits holds no connection and no timer.
 */
export class FairTurns {
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

  of(requester: string): Turns {
    return {
      begin: () => this.#begin(requester),
      take: async (work) => {
        const end = await this.#begin(requester);
        try {
          return await work();
        } catch (error) {
          this.#failed(error);
          throw error;
        } finally {
          end();
        }
      },
      failed: (error) => this.#failed(error),
    };
  }

  #begin(requester: string): Promise<EndTurn> {
    return new Promise((begin, fail) => {
      const queue = this.#waiting.get(requester);
      if (queue === undefined) this.#waiting.set(requester, [{ begin, fail }]);
      else queue.push({ begin, fail });
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
      const turn = queue.shift();
      // To the end of the line.
      this.#waiting.delete(requester);
      if (queue.length > 0) this.#waiting.set(requester, queue);
      this.#count(requester, 1);
      let ended = false;
      turn?.begin(() => {
        if (ended) return;
        ended = true;
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
  readonly begin: (end: EndTurn) => void;
  readonly fail: (error: Error) => void;
}
