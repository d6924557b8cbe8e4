/** The maximum number of values in one turn of the event loop. Making them takes 2 to 5 ms. */
const MAX_VALUES = 20_000;

/**
 * Spreads the making of many values over turns of the event loop, with one limit for all callers. The values are
 * entries of lists, which GraphQL.js completes without a pause, and cells of reports.
 */
export class Pace {
  #spent = 0;
  readonly #waiting: { readonly values: number; readonly begin: () => void }[] = [];
  #isTurnPlanned = false;

  /** Undefined when this number of values may be made now; else a promise that resolves when they may be made. */
  wait(values: number): Promise<void> | undefined {
    this.#planTurn();
    if (this.#waiting.length === 0 && this.#spent + values <= MAX_VALUES) {
      this.#spent += values;
      return undefined;
    }
    return new Promise((begin) => void this.#waiting.push({ values, begin }));
  }

  #planTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      this.#spent = 0;
      while (this.#waiting.length > 0 && this.#spent < MAX_VALUES) {
        const next = this.#waiting.shift();
        this.#spent += next?.values ?? 0;
        next?.begin();
      }
      if (this.#waiting.length > 0) this.#planTurn();
    });
  }
}
