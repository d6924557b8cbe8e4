import { ReportsError } from '../reports/errors.js';
import type { Requester } from '../reports/requester.js';

/** The maximum number of streams and waits of one process: each takes a socket and about 10 kB. */
export const MAX_OBSERVERS = 20_000;
/** The same for one requester, where tokens separate requesters. */
export const MAX_OBSERVERS_OF_REQUESTER = 500;

/** Counts the observers in this process, in all and per requester, and refuses more than allowed. */
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
   * @throws ReportsError RATE_LIMITED when the requester, or all together, have as many as they may
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
