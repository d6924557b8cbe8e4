/** A semaphore: a call that finds no place waits, in the order of the calls. */
export class Slots {
  readonly #waiting: ((taken: boolean) => void)[] = [];
  #free: number;
  #closed = false;

  constructor(count: number) {
    this.#free = count;
  }

  tryTake(): boolean {
    if (this.#free === 0 || this.#closed) return false;
    this.#free -= 1;
    return true;
  }

  /** True with a place, false once closed. */
  async take(): Promise<boolean> {
    if (this.tryTake()) return true;
    if (this.#closed) return false;
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }

  /** Those who wait go away empty-handed. */
  close(): void {
    this.#closed = true;
    for (const turnAway of this.#waiting.splice(0)) turnAway(false);
  }
}
