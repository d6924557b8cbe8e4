import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The time limit for something that is promised within `ms` on an idle machine. The limit is at least doubled, because
 * other tests run at the same time. The load of the last minute extends it.
 */
export function underLoad(ms: number): number {
  const [load = 0] = loadavg();
  return 2 * ms * Math.max(1, load / availableParallelism());
}

/**
 * Polls until there is a value, and resolves with it. Tests use it only where no event announces the value.
 * @param withinMs the time limit on an idle machine; set only where the service promises a time
 */
export async function until<T>(
  look: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<Exclude<T, undefined | false>> {
  const giveUpAt = performance.now() + underLoad(withinMs);
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (performance.now() > giveUpAt) throw new Error(`Not so within ${withinMs} ms: ${look.toString()}`);
    await delay(10);
  }
}

export interface Collector<T> {
  readonly all: readonly T[];
  add(item: T): void;
  /** Resolves with the oldest item that the test has not taken yet. */
  next(withinMs?: number): Promise<T>;
  take(count: number, withinMs?: number): Promise<T[]>;
}

/** Collects items, and lets a test wait for them. */
export function createCollector<T>(): Collector<T> {
  const all: T[] = [];
  let taken = 0;
  let wake = (): void => {};
  const take = async (count: number, withinMs = 30_000): Promise<T[]> => {
    const deadline = performance.now() + underLoad(withinMs);
    while (all.length < taken + count) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${all.length - taken} of ${count} came within ${withinMs} ms`);
      const stop = new AbortController();
      const added = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([added, delay(left, undefined, { signal: stop.signal }).catch(() => {})]);
      stop.abort();
    }
    taken += count;
    return all.slice(taken - count, taken);
  };
  return {
    all,
    add(item) {
      all.push(item);
      wake();
    },
    take,
    async next(withinMs) {
      const [item] = await take(1, withinMs);
      return item as T;
    },
  };
}

/** `Promise.withResolvers`, which Node.js 20 lacks. */
export function withResolvers<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}
