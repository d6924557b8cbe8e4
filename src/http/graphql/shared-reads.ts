import type { JobReader } from '../../reports/ports/job-store.js';
import type { ResultStore } from '../../reports/ports/result-store.js';

/** Reads of the database that fields of many jobs in one answer ask for. */
export type SharedReads = Pick<
  JobReader,
  'now' | 'health' | 'queuePosition' | 'recentDurations' | 'findAttempts'
> &
  Pick<ResultStore, 'readRows'>;

/** Reads that one operation has under way at a time: a list of 1,000 jobs must not take every connection. */
const MAX_AT_ONCE = 4;

/** For one operation: the same read asked for twice at once is made once, and only a few are under way at a time. */
export function createSharedReads(deps: {
  readonly store: Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations' | 'findAttempts'>;
  readonly results: Pick<ResultStore, 'readRows'>;
}): SharedReads {
  const { store, results } = deps;
  const takeTurn = createTurns(MAX_AT_ONCE);
  const shared = <A extends readonly string[], T>(read: (...args: A) => Promise<T>) => {
    const underWay = new Map<string, Promise<T>>();
    return (...args: A): Promise<T> => {
      const key = args.join();
      const present = underWay.get(key);
      if (present !== undefined) return present;
      const started = takeTurn(() => read(...args)).finally(() => underWay.delete(key));
      underWay.set(key, started);
      return started;
    };
  };
  return {
    now: shared(() => store.now()),
    health: shared(() => store.health()),
    queuePosition: shared((id: string) => store.queuePosition(id)),
    recentDurations: shared((kind: string) => store.recentDurations(kind)),
    findAttempts: shared((id: string) => store.findAttempts(id)),
    readRows: (...args) => takeTurn(() => results.readRows(...args)),
  };
}

function createTurns(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next(); // hands the turn on
    }
  };
}
