import { ServiceUnavailableError } from '../../reports/errors.js';
import type { JobAttempt, ReportJob } from '../../jobs/job.js';
import type { JobReader } from '../../jobs/ports/job-store.js';
import type { ResultStore } from '../../jobs/ports/result-store.js';

/** Reads of the database for fields that many jobs of one answer have, or one job in many answers. */
export interface SharedReads
  extends
    Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations'>,
    Pick<ResultStore, 'readRows'> {
  findAttempts(job: Pick<ReportJob, 'id' | 'version'>): Promise<readonly JobAttempt[]>;
}

export interface SharedReadsDeps {
  readonly store: Pick<JobReader, 'now' | 'health' | 'queuePosition' | 'recentDurations' | 'findAttempts'>;
  readonly results: Pick<ResultStore, 'readRows'>;
}

/**
 * Reads under way at a time: neither a list of 1,000 jobs nor an event with 1,000 subscribers may take every
 * connection of the process.
 */
const MAX_AT_ONCE = 4;

/**
 * The same read that is asked for while it is under way is made once, whoever asks. Attempts are told apart by the
 * version of the job, so that nobody is shown older ones than his job.
 */
export function createSharedReads({ store, results }: SharedReadsDeps): SharedReads {
  const takeTurn = createTurns(MAX_AT_ONCE);
  const shared = <A extends readonly unknown[], T>(
    keyOf: (...args: A) => string,
    read: (...args: A) => Promise<T>,
  ): ((...args: A) => Promise<T>) => {
    const underWay = new Map<string, Promise<T>>();
    return (...args) => {
      const key = keyOf(...args);
      const present = underWay.get(key);
      if (present !== undefined) return present;
      const started = takeTurn(() => read(...args)).finally(() => underWay.delete(key));
      underWay.set(key, started);
      return started;
    };
  };
  return {
    now: shared(
      () => '',
      () => store.now(),
    ),
    health: shared(
      () => '',
      () => store.health(),
    ),
    queuePosition: shared(
      (id) => id,
      (id: string) => store.queuePosition(id),
    ),
    recentDurations: shared(
      (kind) => kind,
      (kind: string) => store.recentDurations(kind),
    ),
    findAttempts: shared(
      ({ id, version }) => `${id} ${version}`,
      ({ id }: Pick<ReportJob, 'id' | 'version'>) => store.findAttempts(id),
    ),
    readRows: shared(
      ({ id }, order, { offset, limit }) => `${id} ${order.name} ${offset} ${limit}`,
      (...args: Parameters<ResultStore['readRows']>) => results.readRows(...args),
    ),
  };
}

/** Work in the order in which it came. When the database turns out to be away, whoever waits is told so at once. */
function createTurns(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: { readonly go: () => void; readonly fail: (error: Error) => void }[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < limit) busy += 1;
    else await new Promise<void>((go, fail) => waiting.push({ go, fail }));
    try {
      return await work();
    } catch (error) {
      if (error instanceof ServiceUnavailableError) for (const { fail } of waiting.splice(0)) fail(error);
      throw error;
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next.go(); // hands the turn on
    }
  };
}
