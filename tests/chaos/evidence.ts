import { groupBy } from './group-by.js';
import type { Filter, HistoryEvent, InvokeEvent, ReturnEvent, Rows, Seen, Status } from './history.js';
import type { AttemptRow, JobRow, Tables } from './tables.js';

export interface Evidence {
  readonly history: readonly HistoryEvent[];
  readonly tables: Tables;
  readonly oracle: (filter: Filter) => Rows;
  /** Ids of the succeeded and failed messages that the queue still has. */
  readonly queue: {
    readonly succeeded: ReadonlySet<string>;
    readonly failed: ReadonlySet<string>;
    /** Number of the latest succeeded messages that the queue certainly keeps. */
    readonly remembers: number;
  };
  /** Samples of `GET /metrics` of each API at the end of the run: `posts_report_jobs{status="FAILED"}` → 3. */
  readonly metrics: readonly ReadonlyMap<string, number>[];
  readonly settings: {
    /** Maximum number of attempts of a new job. Each manual retry allows as many again. */
    readonly maxAttempts: number;
    readonly retryBaseMs: number;
    readonly workers: number;
    /** Number of slots of the worker with the most slots. */
    readonly slots: number;
  };
}

export interface Breach {
  readonly rule: string;
  readonly jobId?: string;
  readonly detail: string;
}

export type Found = Omit<Breach, 'rule'>;

export interface Facts extends Evidence {
  readonly jobs: ReadonlyMap<string, JobRow>;
  readonly attemptsOf: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly calls: readonly Call[];
  readonly watches: readonly Watch[];
  /** Job id → all states in which clients saw the job. */
  readonly sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** Job id → the filter of its request. */
  readonly filters: ReadonlyMap<string, Filter>;
}

interface Call {
  readonly invoke: InvokeEvent;
  readonly outcome: ReturnEvent | undefined;
}

interface Watch extends Call {
  readonly notified: readonly (Seen & { readonly at: number; readonly connection: number })[];
}

interface Sighting extends Seen {
  readonly at: number;
  readonly by: string;
}

export const ENDS: ReadonlySet<Status> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED']);

/** Error codes of attempts that ended without a failure; null is a success. */
export const NO_FAILURES: ReadonlySet<string | null> = new Set([null, 'RELEASED', 'CANCELED']);

export function gather(evidence: Evidence): Facts {
  const returns = new Map<number, ReturnEvent>();
  const notified = new Map<number, Watch['notified'][number][]>();
  for (const event of evidence.history) {
    if (event.type === 'return') returns.set(event.id, event);
    if (event.type === 'notified') {
      const { at, connection, seen, id } = event;
      notified.set(id, [...(notified.get(id) ?? []), { ...seen, at, connection }]);
    }
  }
  const calls = evidence.history
    .filter((event) => event.type === 'invoke')
    .map((invoke) => ({ invoke, outcome: returns.get(invoke.id) }));
  const watches = calls
    .filter(({ invoke }) => invoke.action === 'watch')
    .map((call) => ({ ...call, notified: notified.get(call.invoke.id) ?? [] }));
  const sightings = new Map<string, Sighting[]>();
  const filters = new Map<string, Filter>();
  const see = (seen: Seen, at: number, by: string): void => {
    const known = sightings.get(seen.jobId) ?? [];
    known.push({ ...seen, at, by });
    sightings.set(seen.jobId, known);
  };
  for (const { invoke, outcome } of calls) {
    if (outcome?.phase !== 'ok' || outcome.seen === undefined) continue;
    see(outcome.seen, outcome.at, `${invoke.action} ${invoke.id}`);
    if (outcome.filter !== undefined) filters.set(outcome.seen.jobId, outcome.filter);
  }
  // The filter that the client sent has precedence over the filter that the service reports.
  for (const { invoke, outcome } of calls) {
    if (invoke.action === 'request' && outcome?.phase === 'ok' && outcome.seen !== undefined)
      filters.set(outcome.seen.jobId, invoke.filter);
  }
  for (const watch of watches)
    for (const seen of watch.notified) see(seen, seen.at, `watch ${watch.invoke.id}`);
  return {
    ...evidence,
    jobs: new Map(evidence.tables.jobs.map((job) => [job.id, job])),
    attemptsOf: groupBy(evidence.tables.attempts, ({ jobId }) => jobId),
    calls,
    watches,
    sightings,
    filters,
  };
}

/** Whether a fault hits only the broker. The service must not refuse a request because of such a fault. */
export function isOfBroker(name: string): boolean {
  return /(kill|stop) broker|→broker|flushall|script-flush|client-kill|purge-queue|delete-queue|close-connections|stop-app|alarm/.test(
    name,
  );
}

/** Returns the attempts that a SIGKILL of their worker ended. An attempt names its worker as `host:pid:…`. */
export function attemptsLostToKills({
  history,
  tables,
}: Evidence): { readonly attempt: AttemptRow; readonly killedAt: number }[] {
  return history.flatMap((event) => {
    if (event.type !== 'exit' || event.signal !== 'SIGKILL' || !event.process.startsWith('worker')) return [];
    const { pid, at: killedAt } = event;
    return tables.attempts
      .filter(
        ({ worker, errorCode, startedAt, endedAt }) =>
          worker.split(':')[1] === String(pid) &&
          errorCode === 'WORKER_LOST' &&
          startedAt <= killedAt &&
          (endedAt ?? killedAt) >= killedAt,
      )
      .map((attempt) => ({ attempt, killedAt }));
  });
}

/**
 * Returns a function that says whether a span of time overlaps a disturbance. A disturbance is a fault or the end of a
 * process (`exit of …`) that `counts` accepts, and the `aftermathMs` after it.
 */
export function disturbances(
  { history }: Facts,
  aftermathMs: number,
  counts: (name: string) => boolean,
): (from: number, to: number) => boolean {
  const spans: { name: string; from: number; to: number }[] = [];
  for (const event of history) {
    if (event.type === 'exit' && counts(`exit of ${event.process}`))
      spans.push({ name: '', from: event.at, to: event.at + aftermathMs });
    if (event.type !== 'fault' || !counts(event.name)) continue;
    if (event.phase === 'begin') spans.push({ name: event.name, from: event.at, to: Infinity });
    else {
      const span = spans.find(({ name, to }) => name === event.name && to === Infinity);
      if (span !== undefined) span.to = event.at + aftermathMs;
    }
  }
  return (from, to) => spans.some((span) => span.from <= to && from <= span.to);
}
