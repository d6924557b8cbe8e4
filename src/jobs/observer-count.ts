import { ReportsError } from '../reports/errors.js';
import type { Requester } from '../reports/requester.js';

/** Maximum number of streams and waits of one process. Each takes a socket and about 10 kB of memory. */
const MAX_OBSERVERS = 20_000;
/**
 * Maximum number of streams and waits of one requester in one process. Applies only with authentication, because only
 * tokens distinguish requesters.
 */
export const MAX_OBSERVERS_OF_REQUESTER = 500;

/** Counts the observers in this process, in total and per requester, and rejects observers above a maximum. */
export class ObserverCount {
  readonly #mostOfRequester: number;
  readonly #most: number;
  readonly #byRequester = new Map<string, number>();
  #total = 0;

  constructor({ ofRequester = MAX_OBSERVERS, inAll = MAX_OBSERVERS } = {}) {
    this.#mostOfRequester = ofRequester;
    this.#most = inAll;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Counts an observer until the returned function is called.
   *
   * @throws ReportsError RATE_LIMITED when the requester, or the process, has reached its maximum number of observers
   */
  enter({ name }: Requester): () => void {
    const present = this.#byRequester.get(name) ?? 0;
    if (present >= this.#mostOfRequester)
      throw tooMany(
        `${name} has ${inWords(present)} streams and waits open through this process; end some first.`,
      );
    if (this.#total >= this.#most)
      throw tooMany(
        `This process has ${inWords(this.#total)} streams and waits open, the most that it serves.`,
      );
    this.#byRequester.set(name, present + 1);
    this.#total += 1;
    return () => this.#leave(name);
  }

  #leave(name: string): void {
    const left = (this.#byRequester.get(name) ?? 1) - 1;
    if (left === 0) this.#byRequester.delete(name);
    else this.#byRequester.set(name, left);
    this.#total -= 1;
  }
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}

function tooMany(message: string): ReportsError {
  return new ReportsError('RATE_LIMITED', message, { retryAfterSeconds: 1 });
}
