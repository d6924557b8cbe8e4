/** A semaphore. Calls that find no free slot wait in the order of the calls. */
export class Slots {
  readonly #waiting: ((acquired: boolean) => void)[] = [];
  #free: number;
  #closed = false;

  constructor(count: number) {
    this.#free = count;
  }

  tryAcquire(): boolean {
    if (this.#free === 0 || this.#closed) return false;
    this.#free -= 1;
    return true;
  }

  /** Resolves with true once a slot is acquired, with false once closed. */
  async acquire(): Promise<boolean> {
    if (this.tryAcquire()) return true;
    if (this.#closed) return false;
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }

  /** No slot is acquired from now on; waiting calls resolve with false. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }
}
