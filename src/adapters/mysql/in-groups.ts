import { DeadlineError, isConflict, toReportsError } from './database-errors.js';
import { ServiceUnavailableError } from '../../reports/errors.js';

interface GroupOptions<Item, Result> {
  /**
   * Does the work of all items together, within the time given, and says what became of each, in their
   * order. When it rejects, nothing is known of any of them.
   */
  readonly work: (
    items: readonly Item[],
    deadlineMs: number,
  ) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** Items with the same key are never in one group; null: goes with any. */
  readonly apartBy: (item: Item) => string | null;
  /** What an item may take, from its coming to its answer. */
  readonly withinMs: number;
  /** Groups under way at a time: while one waits for the disk, the next one is prepared. */
  readonly atOnce?: number;
  /** Items of one group at most. */
  readonly size?: number;
  /** About how much an item adds to the statement of its group. */
  readonly bytesOf?: (item: Item) => number;
}

/** Of one group: with escapes well below the smallest `max_allowed_packet` in use, 1 MB. */
const MOST_BYTES = 500_000;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Batches concurrent calls, for work that costs about the same for one item and for a hundred, such as a COMMIT: what
 * arrives while batches are in flight joins the next one. An item that finds room goes at once, with those of its turn
 * of the event loop.
 *
 * A group that fails while the database works says nothing about its members, since one locked row
 * holds up all of them: each is tried again by itself, with what is left of its time.
 */
export function inGroups<Item, Result>({
  work,
  apartBy,
  withinMs,
  atOnce = 2,
  size = 100,
  bytesOf = () => 0,
}: GroupOptions<Item, Result>): (item: Item) => Promise<Result> {
  type Entry = Waiting<Item, Result>;
  const waiting: Entry[] = [];
  let underWay = 0;
  let scheduled = false;

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, deadline: performance.now() + withinMs, resolve, reject });
      schedule();
    });

  function schedule(): void {
    if (scheduled || underWay >= atOnce || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      underWay += 1;
      void workOnGroup(takeGroup()).finally(() => {
        underWay -= 1;
        schedule();
      });
      schedule(); // for those who had to be kept apart
    });
  }

  function takeGroup(): readonly Entry[] {
    const group: Entry[] = [];
    const kept: Entry[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    for (const entry of waiting.splice(0)) {
      const key = apartBy(entry.item);
      bytes += bytesOf(entry.item);
      const isFull = group.length === size || (group.length > 0 && bytes > MOST_BYTES);
      if (isFull || (key !== null && keys.has(key))) kept.push(entry);
      else group.push(entry);
      if (key !== null) keys.add(key);
    }
    waiting.push(...kept);
    return group;
  }

  async function workOnGroup(group: readonly Entry[]): Promise<void> {
    try {
      await workTogether(group);
    } catch (error) {
      if (group.length === 1 || concernsAll(error)) for (const { reject } of group) reject(error);
      else await Promise.all(group.map((entry) => workAlone(entry)));
    }
  }

  async function workAlone(entry: Entry): Promise<void> {
    try {
      await workTogether([entry]);
    } catch (error) {
      entry.reject(error);
    }
  }

  async function workTogether(group: readonly Entry[]): Promise<void> {
    const left = Math.min(...group.map(({ deadline }) => deadline)) - performance.now();
    if (left <= 0) throw toReportsError(new DeadlineError());
    const results = await work(
      group.map(({ item }) => item),
      left,
    );
    group.forEach(({ resolve, reject }, index) => {
      const result = results[index] as PromiseSettledResult<Result>;
      if (result.status === 'fulfilled') resolve(result.value);
      else reject(result.reason);
    });
  }
}

/** The database is away, or hangs. */
function concernsAll(error: unknown): boolean {
  return error instanceof ServiceUnavailableError && !isConflict(error.cause);
}
