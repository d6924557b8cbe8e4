import { ServiceUnavailableError } from '../../reports/errors.js';
import { isConflict, toReportsError } from './database-errors.js';
import { DeadlineError } from './session-errors.js';

interface BatchOptions<Item, Result> {
  /**
   * Does the work of a batch within `deadlineMs` and resolves with the outcome of each item, in the order of the items.
   * When it rejects, the outcome of every item is unknown.
   */
  readonly work: (
    items: readonly Item[],
    deadlineMs: number,
  ) => Promise<readonly PromiseSettledResult<Result>[]>;
  /**
   * Returns the key of an item, or null. Items with equal keys are never in one batch. An item whose key is null may be
   * in any batch.
   */
  readonly separateBy: (item: Item) => string | null;
  /** The maximum time from a call to its answer. */
  readonly withinMs: number;
  /** The maximum number of batches in flight. While one batch waits for the disk, the next batch is prepared. */
  readonly atOnce?: number;
  /** The maximum number of items in a batch. */
  readonly size?: number;
  /** Estimates how many bytes an item adds to the statement of its batch. */
  readonly bytesOf?: (item: Item) => number;
}

/**
 * The maximum size of a batch in bytes. Escaping makes the statement longer, but it stays well below 1 MB, the smallest
 * `max_allowed_packet` of the servers in use.
 */
const MAX_BYTES = 500_000;

interface Call<Item, Result> {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Puts concurrent calls into batches, for work that costs about as much for one item as for a hundred, such as a
 * COMMIT. A call waits only while `atOnce` batches are in flight. Otherwise its batch starts at the end of the current
 * turn of the event loop, with all calls of the turn.
 *
 * One item can make a batch fail, for example an item whose row is locked. The items of the failed batch are then tried
 * again one by one, each until the deadline of its call, unless the database is unreachable.
 */
export function batchCalls<Item, Result>({
  work,
  separateBy,
  withinMs,
  atOnce = 2,
  size = 100,
  bytesOf = () => 0,
}: BatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  type Entry = Call<Item, Result>;
  const waiting: Entry[] = [];
  let inFlight = 0;
  let scheduled = false;

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, deadline: performance.now() + withinMs, resolve, reject });
      schedule();
    });

  function schedule(): void {
    if (scheduled || inFlight >= atOnce || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      inFlight += 1;
      void runBatch(nextBatch()).finally(() => {
        inFlight -= 1;
        schedule();
      });
      schedule(); // for calls that did not fit into this batch
    });
  }

  function nextBatch(): readonly Entry[] {
    const batch: Entry[] = [];
    const others: Entry[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    for (const entry of waiting.splice(0)) {
      const key = separateBy(entry.item);
      bytes += bytesOf(entry.item);
      const isFull = batch.length === size || (batch.length > 0 && bytes > MAX_BYTES);
      if (isFull || (key !== null && keys.has(key))) others.push(entry);
      else batch.push(entry);
      if (key !== null) keys.add(key);
    }
    waiting.push(...others);
    return batch;
  }

  async function runBatch(batch: readonly Entry[]): Promise<void> {
    try {
      await run(batch);
    } catch (error) {
      if (batch.length === 1 || concernsAll(error)) for (const { reject } of batch) reject(error);
      else await Promise.all(batch.map((entry) => runAlone(entry)));
    }
  }

  async function runAlone(entry: Entry): Promise<void> {
    try {
      await run([entry]);
    } catch (error) {
      entry.reject(error);
    }
  }

  async function run(batch: readonly Entry[]): Promise<void> {
    const left = Math.min(...batch.map(({ deadline }) => deadline)) - performance.now();
    if (left <= 0) throw toReportsError(new DeadlineError());
    const results = await work(
      batch.map(({ item }) => item),
      left,
    );
    batch.forEach(({ resolve, reject }, index) => {
      const result = results[index] as PromiseSettledResult<Result>;
      if (result.status === 'fulfilled') resolve(result.value);
      else reject(result.reason);
    });
  }
}

/** Whether every item would fail with this error, because the database is unreachable or hangs. */
function concernsAll(error: unknown): boolean {
  return error instanceof ServiceUnavailableError && !isConflict(error.cause);
}
