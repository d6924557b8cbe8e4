import { ReportsError } from '../reports/errors.js';
import type { Requester } from '../reports/requester.js';

/** More than anybody needs, so that no requester takes the memory and the sockets of all others. */
const MAX_OBSERVERS = 20_000;

/** Who observes through this process at present: how many in all, and no more than so many for each requester. */
export class ObserverCount {
  readonly #most: number;
  readonly #byRequester = new Map<string, number>();
  #total = 0;

  constructor(mostOfOneRequester = MAX_OBSERVERS) {
    this.#most = mostOfOneRequester;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * Counts an observer until the returned function is called, once.
   *
   * @throws ReportsError RATE_LIMITED when the requester has as many as he may
   */
  enter({ name }: Requester): () => void {
    const present = this.#byRequester.get(name) ?? 0;
    if (present >= this.#most) {
      throw new ReportsError(
        'RATE_LIMITED',
        `${name} follows ${present} jobs at a time through this process already; end some first.`,
      );
    }
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
