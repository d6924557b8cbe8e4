import { attemptsLostToKills, type Evidence } from './evidence.js';

export interface Figures {
  readonly requests: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  readonly jobs: Readonly<Record<string, number>>;
  readonly attempts: Readonly<Record<string, number>>;
  /** Number of attempts after the first one of each job. */
  readonly retriesUsed: number;
  readonly operatorRetries: number;
  readonly watches: number;
  readonly fenced: number;
  readonly faults: number;
  readonly exits: number;
  /** Time from a request to its 202, in ms. */
  readonly accept: Quantiles;
  /** Time from a job's end to an observer's notification, in ms. */
  readonly notified: Quantiles;
  /** Time from a worker's SIGKILL to the next attempt of each of its jobs, in ms. */
  readonly recovery: Quantiles;
  readonly seconds: number;
  /** Time from the end of the last fault until no job was open. Null if a job was still open. */
  readonly drainedSeconds: number | null;
}

export interface Quantiles {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface Timing {
  readonly startedAt: number;
  readonly faultsOverAt: number;
  readonly drainedAt: number | undefined;
  readonly fenced: number;
}

export function figuresOf(evidence: Evidence, timing: Timing): Figures {
  const { history, tables } = evidence;
  const returns = new Map(
    history.flatMap((event) => (event.type === 'return' ? [[event.id, event] as const] : [])),
  );
  const invokes = history.filter((event) => event.type === 'invoke');
  const answered = (action: string, phase: string) =>
    invokes.filter((invoke) => invoke.action === action && returns.get(invoke.id)?.phase === phase);
  const accepted = answered('request', 'ok');
  return {
    requests: invokes.filter(({ action }) => action === 'request').length,
    accepted: accepted.length,
    refused: answered('request', 'fail').length,
    unknown: answered('request', 'unknown').length,
    jobs: countBy(tables.jobs.map(({ status }) => status)),
    attempts: countBy(tables.attempts.map(({ errorCode }) => errorCode ?? 'succeeded')),
    retriesUsed: tables.attempts.filter(({ number }) => number > 1).length,
    operatorRetries: answered('retry', 'ok').length,
    watches: invokes.filter(({ action }) => action === 'watch').length,
    fenced: timing.fenced,
    faults: history.filter((event) => event.type === 'fault' && event.phase === 'begin').length,
    exits: history.filter((event) => event.type === 'exit').length,
    accept: quantiles(accepted.map(({ id, at }) => (returns.get(id)?.at ?? at) - at)),
    notified: quantiles(notifiedAfter(evidence)),
    recovery: quantiles(recoveries(evidence)),
    seconds: round((Date.now() - timing.startedAt) / 1000),
    drainedSeconds:
      timing.drainedAt === undefined
        ? null
        : round(Math.max(0, timing.drainedAt - timing.faultsOverAt) / 1000),
  };
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? null };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Returns the delays of observers that were connected when the job ended. */
function notifiedAfter({ history, tables }: Evidence): number[] {
  const jobs = new Map(tables.jobs.map((job) => [job.id, job]));
  const watchedSince = new Map(
    history.flatMap((event) =>
      event.type === 'invoke' && event.action === 'watch' ? [[event.id, event.at] as const] : [],
    ),
  );
  return history.flatMap((event) => {
    if (event.type !== 'notified') return [];
    const job = jobs.get(event.seen.jobId);
    if (!job?.completedAt || job.version !== event.seen.version) return [];
    return (watchedSince.get(event.id) ?? Infinity) > job.completedAt ? [] : [event.at - job.completedAt];
  });
}

function recoveries(evidence: Evidence): number[] {
  const { attempts } = evidence.tables;
  const byPlace = new Map(attempts.map((attempt) => [`${attempt.jobId} ${attempt.number}`, attempt]));
  return attemptsLostToKills(evidence).flatMap(({ attempt, killedAt }) => {
    const next = byPlace.get(`${attempt.jobId} ${attempt.number + 1}`);
    return next === undefined ? [] : [next.startedAt - killedAt];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
