/** A semaphore. Waiting calls acquire free slots in the order of the calls. */
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

  /** Resolves with true once a slot is acquired, with false once the semaphore is closed. */
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

  /** From now on no slot can be acquired. Waiting calls resolve with false. */
  close(): void {
    this.#closed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(false);
  }
}
