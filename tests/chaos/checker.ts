import { groupBy } from './group-by.js';
import type { Filter, HistoryEvent, InvokeEvent, ReturnEvent, Rows, Seen, Status } from './history.js';
import type { AttemptRow, JobRow, Tables } from './tables.js';

/**
 * Judges a run by what was recorded and what is in the tables. It knows the contract (DESIGN.md, sections 2 and 5) and
 * nothing of the program: no part of `src` is used here.
 */
export function check(evidence: Evidence): readonly Breach[] {
  const facts = gather(evidence);
  return RULES.flatMap(([rule, find]) => find(facts).map((breach) => ({ rule, ...breach })));
}

export interface Evidence {
  readonly history: readonly HistoryEvent[];
  readonly tables: Tables;
  readonly oracle: (filter: Filter) => Rows;
  /** Ids of messages that the queue counts as such, as far as it still remembers them. */
  readonly queue: { readonly succeeded: ReadonlySet<string>; readonly failed: ReadonlySet<string> };
  /** Samples of `GET /metrics` at the end, one of each API: `posts_report_jobs{status="FAILED"}` → 3. */
  readonly metrics: readonly ReadonlyMap<string, number>[];
  readonly settings: {
    /** Attempts of a run. */
    readonly maxAttempts: number;
    readonly retryBaseMs: number;
    readonly workers: number;
    /** Attempts that the worker with the most slots may run at a time. */
    readonly slots: number;
  };
}

export interface Breach {
  readonly rule: string;
  readonly jobId?: string;
  readonly detail: string;
}

type Found = Omit<Breach, 'rule'>;

interface Facts extends Evidence {
  readonly jobs: ReadonlyMap<string, JobRow>;
  readonly attemptsOf: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly calls: readonly Call[];
  readonly watches: readonly Watch[];
  /** Everything that anybody saw of a job. */
  readonly sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** What was asked for. */
  readonly filters: ReadonlyMap<string, Filter>;
}

interface Call {
  readonly invoke: InvokeEvent;
  readonly outcome: ReturnEvent | undefined;
}

interface Watch extends Call {
  readonly told: readonly (Seen & { readonly at: number; readonly connection: number })[];
}

interface Sighting extends Seen {
  readonly at: number;
  readonly by: string;
}

const RULES: readonly (readonly [name: string, find: (facts: Facts) => Found[]])[] = [
  ['an accepted job is in the table', acceptedJobsExist],
  ['every job has an end', jobsHaveEnds],
  ['an ended job waits for nothing', endedJobsAreAtRest],
  ['what was seen is what became of it', sightingsAgreeWithTables],
  ['only legal transitions', transitionsAreLegal],
  ['attempts are numbered, closed and counted', attemptsAreConsistent],
  ['the last attempt explains the status', lastAttemptExplainsStatus],
  ['one attempt at a time', attemptsDoNotOverlap],
  ['a worker keeps to its slots', workersKeepToSlots],
  ['a retry waits as long as it should', retriesWait],
  ['a lease runs out only where something was disturbed', leasesRunOutForAReason],
  ['one result, of the last attempt', resultsAreSingle],
  ['results equal the oracle', resultsEqualOracle],
  ['every observer is told the end once', observersAreToldOnce],
  ['observers are told at once when nothing disturbs', observersAreToldSoon],
  ['jobs start at once when nothing disturbs', jobsStartSoon],
  ['a key stands for one job', keysStandForOneJob],
  ['one open job of a filter', filtersHaveOneOpenJob],
  ['a cancel that was confirmed holds', cancelsHold],
  ['a failed job is retried once', retriesAreExact],
  ['refusals are those of the contract', refusalsAreKnown],
  ['processes stay', processesStay],
  ["the queue's own counts tell the truth", queueTellsTheTruth],
  ['metrics equal the tables', metricsEqualTables],
];

const ENDS: ReadonlySet<Status> = new Set(['SUCCEEDED', 'FAILED', 'CANCELED']);

/** From one version to the next one. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  QUEUED: ['RUNNING', 'CANCELED'],
  RUNNING: ['RUNNING', 'SUCCEEDED', 'RETRYING', 'FAILED', 'QUEUED', 'CANCELED'],
  RETRYING: ['RUNNING', 'CANCELED'],
  SUCCEEDED: [],
  FAILED: ['QUEUED'],
  CANCELED: [],
};

/** Attempts with these codes ended without being failures. */
const NO_FAILURES: ReadonlySet<string | null> = new Set([null, 'RELEASED', 'CANCELED']);

function gather(evidence: Evidence): Facts {
  const returns = new Map<number, ReturnEvent>();
  const told = new Map<number, Watch['told'][number][]>();
  for (const event of evidence.history) {
    if (event.type === 'return') returns.set(event.id, event);
    if (event.type === 'told') {
      const { at, connection, seen, id } = event;
      told.set(id, [...(told.get(id) ?? []), { ...seen, at, connection }]);
    }
  }
  const calls = evidence.history
    .filter((event) => event.type === 'invoke')
    .map((invoke) => ({ invoke, outcome: returns.get(invoke.id) }));
  const watches = calls
    .filter(({ invoke }) => invoke.action === 'watch')
    .map((call) => ({ ...call, told: told.get(call.invoke.id) ?? [] }));
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
  // What a client asked for weighs more than what the service says that it was.
  for (const { invoke, outcome } of calls) {
    if (invoke.action === 'request' && outcome?.phase === 'ok' && outcome.seen !== undefined)
      filters.set(outcome.seen.jobId, invoke.filter);
  }
  for (const watch of watches) for (const seen of watch.told) see(seen, seen.at, `watch ${watch.invoke.id}`);
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

function acceptedJobsExist({ sightings, jobs }: Facts): Found[] {
  return [...sightings.keys()]
    .filter((jobId) => !jobs.has(jobId))
    .map((jobId) => ({ jobId, detail: 'was shown to a client, but is not in the table' }));
}

function jobsHaveEnds({ jobs }: Facts): Found[] {
  return [...jobs.values()]
    .filter(({ status }) => !ENDS.has(status))
    .map(({ id, status }) => ({ jobId: id, detail: `is ${status} when all should be over` }));
}

function endedJobsAreAtRest({ jobs }: Facts): Found[] {
  return [...jobs.values()].flatMap((job) => {
    if (!ENDS.has(job.status)) return [];
    const left = [
      ...(job.completedAt === null ? ['no time of completion'] : []),
      ...(job.dueAt !== null ? ['a time to start at'] : []),
      ...(job.leaseUntil !== null ? ['a lease'] : []),
      ...(job.isCoalescing ? ['a coalesce key'] : []),
    ];
    return left.length === 0
      ? []
      : [{ jobId: job.id, detail: `is ${job.status}, but has ${left.join(', ')}` }];
  });
}

function sightingsAgreeWithTables({ sightings, jobs }: Facts): Found[] {
  return [...sightings].flatMap(([jobId, seen]) => {
    const job = jobs.get(jobId);
    if (job === undefined) return [];
    return seen.flatMap(({ version, status, by }) => {
      if (version > job.version)
        return [{ jobId, detail: `${by} saw version ${version}; the table ends with ${job.version}` }];
      if (version === job.version && status !== job.status)
        return [{ jobId, detail: `${by} saw version ${version} as ${status}; the table says ${job.status}` }];
      return [];
    });
  });
}

function transitionsAreLegal({ sightings, jobs }: Facts): Found[] {
  return [...sightings].flatMap(([jobId, seen]) => {
    const job = jobs.get(jobId);
    const last = job ? [{ jobId, version: job.version, status: job.status, at: 0, by: 'the table' }] : [];
    const sorted = [...seen, ...last].sort((a, b) => a.version - b.version);
    const found: Found[] = [];
    const [first] = sorted;
    if (first?.version === 1 && first.status !== 'QUEUED')
      found.push({ jobId, detail: `begins as ${first.status}` });
    for (const [index, now] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before === undefined) continue;
      const legal =
        now.version === before.version
          ? now.status === before.status
          : now.version === before.version + 1
            ? NEXT[before.status].includes(now.status)
            : NEXT[before.status].length > 0;
      if (!legal) {
        const detail = `${before.status} (version ${before.version}, ${before.by}) became ${now.status} (version ${now.version}, ${now.by})`;
        found.push({ jobId, detail });
      }
    }
    return found;
  });
}

function attemptsAreConsistent({ jobs, attemptsOf, tables }: Facts): Found[] {
  const orphans = tables.attempts
    .filter(({ jobId }) => !jobs.has(jobId))
    .map(({ jobId, number }) => ({ jobId, detail: `attempt ${number} belongs to no job` }));
  const wrong = [...jobs.values()].flatMap(({ id: jobId, status, epoch, attemptCount, maxAttempts }) => {
    const attempts = attemptsOf.get(jobId) ?? [];
    const numbers = attempts.map(({ number }) => number);
    const counted = attempts.filter(({ errorCode }) => errorCode !== 'RELEASED').length;
    const open = attempts.filter(({ endedAt }) => endedAt === null).map(({ number }) => number);
    const allowed = status === 'RUNNING' ? 1 : 0;
    return [
      ...(numbers.some((number, index) => number !== index + 1) || numbers.length !== epoch
        ? [{ jobId, detail: `has attempts ${numbers.join(', ') || 'none'} for ${epoch} claims` }]
        : []),
      ...(open.length > allowed
        ? [{ jobId, detail: `is ${status}, but its attempts ${open.join(', ')} are open` }]
        : []),
      ...(counted !== attemptCount
        ? [{ jobId, detail: `counts ${attemptCount} attempts, and ${counted} are there` }]
        : []),
      ...(attemptCount > maxAttempts
        ? [{ jobId, detail: `made ${attemptCount} attempts of ${maxAttempts}` }]
        : []),
    ];
  });
  return [...orphans, ...wrong];
}

function lastAttemptExplainsStatus({ jobs, attemptsOf, settings }: Facts): Found[] {
  return [...jobs.values()].flatMap(({ id: jobId, status, errorCode, attemptCount, maxAttempts }) => {
    const attempts = attemptsOf.get(jobId) ?? [];
    const last = attempts.at(-1);
    const succeeded = attempts.filter((attempt) => attempt.endedAt !== null && attempt.errorCode === null);
    if (status === 'SUCCEEDED') {
      return succeeded.length === 1 && succeeded[0] === last
        ? []
        : [
            {
              jobId,
              detail: `SUCCEEDED with ${succeeded.length} successful attempts, the last: ${last?.errorCode}`,
            },
          ];
    }
    const found: Found[] = [];
    if (succeeded.length > 0)
      found.push({ jobId, detail: `is ${status}, but attempt ${succeeded[0]?.number} succeeded` });
    if (status !== 'FAILED') return found;
    if (last === undefined || NO_FAILURES.has(last.errorCode) || last.errorCode !== errorCode)
      found.push({
        jobId,
        detail: `FAILED with ${errorCode}, but its last attempt ended with ${last?.errorCode}`,
      });
    // No report of these runs fails in a way that would be final at once.
    if (attemptCount !== maxAttempts)
      found.push({ jobId, detail: `FAILED after ${attemptCount} attempts of ${maxAttempts}` });
    if (maxAttempts % settings.maxAttempts !== 0)
      found.push({
        jobId,
        detail: `has ${maxAttempts} attempts, which is no multiple of ${settings.maxAttempts}`,
      });
    return found;
  });
}

function attemptsDoNotOverlap({ attemptsOf }: Facts): Found[] {
  return [...attemptsOf].flatMap(([jobId, attempts]) =>
    attempts.flatMap((attempt, index) => {
      const before = attempts[index - 1];
      if (before === undefined || (before.endedAt !== null && before.endedAt <= attempt.startedAt)) return [];
      return [{ jobId, detail: `attempt ${attempt.number} began before attempt ${before.number} had ended` }];
    }),
  );
}

/** An attempt that was lost may have been one of which its worker never heard: the answer to its claim was. */
function workersKeepToSlots({ tables, settings }: Facts): Found[] {
  const run = tables.attempts.filter(({ errorCode }) => errorCode !== 'WORKER_LOST');
  const byWorker = groupBy(run, ({ worker }) => worker);
  return [...byWorker].flatMap(([worker, attempts]) => {
    const changes = attempts
      .flatMap(({ startedAt, endedAt }) => [
        { at: startedAt, by: 1 },
        { at: endedAt ?? Infinity, by: -1 },
      ])
      .sort((a, b) => a.at - b.at || a.by - b.by);
    let running = 0;
    let most = 0;
    for (const { by } of changes) most = Math.max(most, (running += by));
    return most <= settings.slots ? [] : [{ detail: `${worker} ran ${most} attempts at a time` }];
  });
}

/** Of jobs that nobody tried to retry: only then it is known which attempt of the run one was. */
function retriesWait({ jobs, attemptsOf, calls, settings }: Facts): Found[] {
  const retried = new Set(calls.flatMap(({ invoke }) => (invoke.action === 'retry' ? [invoke.jobId] : [])));
  return [...jobs.keys()].flatMap((jobId) => {
    if (retried.has(jobId)) return [];
    let counted = 0;
    const attempts = attemptsOf.get(jobId) ?? [];
    return attempts.flatMap(({ number, endedAt, errorCode }, index) => {
      if (errorCode !== 'RELEASED') counted += 1;
      const next = attempts[index + 1];
      if (next === undefined || endedAt === null || NO_FAILURES.has(errorCode) || errorCode === 'WORKER_LOST')
        return [];
      const least = settings.retryBaseMs * 2 ** (counted - 1) * 0.5;
      const waited = next.startedAt - endedAt;
      if (waited >= least - 1) return [];
      return [{ jobId, detail: `attempt ${number + 1} began after ${waited} ms, not ${least} ms` }];
    });
  });
}

/** How long after a fault a lease may still run out on its account: the lease itself, and a busy machine. */
const AFTERMATH_MS = 15_000;

function leasesRunOutForAReason(facts: Facts): Found[] {
  const disturbed = disturbances(facts, AFTERMATH_MS, (name) => !isHarmlessToLeases(name));
  return facts.tables.attempts.flatMap(({ jobId, number, endedAt, errorCode }) => {
    if (errorCode !== 'WORKER_LOST' || endedAt === null || disturbed(endedAt - 4000, endedAt)) return [];
    return [{ jobId, detail: `attempt ${number} was taken from a worker that nothing had happened to` }];
  });
}

function isHarmlessToLeases(name: string): boolean {
  return /script-flush|flushall|client-kill|posts-away|lock-results|slow-reads/.test(name);
}

/** Whether a fault, or what follows it for so long, touches a span of time. */
function disturbances(
  { history }: Facts,
  aftermathMs: number,
  counts: (name: string) => boolean,
): (from: number, to: number) => boolean {
  const spans: { name: string; from: number; to: number }[] = [];
  for (const event of history) {
    if (event.type === 'exit') spans.push({ name: '', from: event.at, to: event.at + aftermathMs });
    if (event.type !== 'fault' || !counts(event.name)) continue;
    if (event.phase === 'begin') spans.push({ name: event.name, from: event.at, to: Infinity });
    else {
      const span = spans.find(({ name, to }) => name === event.name && to === Infinity);
      if (span !== undefined) span.to = event.at + aftermathMs;
    }
  }
  return (from, to) => spans.some((span) => span.from <= to && from <= span.to);
}

function resultsAreSingle({ tables, jobs }: Facts): Found[] {
  const epochs = groupBy(tables.results, ({ jobId }) => jobId);
  const wrong = [...epochs].flatMap(([jobId, rows]) => {
    const job = jobs.get(jobId);
    if (job?.status !== 'SUCCEEDED')
      return [{ jobId, detail: `has a result, but is ${job?.status ?? 'gone'}` }];
    if (rows.length === 1 && rows[0]?.epoch === job.epoch) return [];
    return [
      {
        jobId,
        detail: `has results of attempts ${rows.map(({ epoch }) => epoch).join(', ')}; it ended with ${job.epoch}`,
      },
    ];
  });
  const missing = [...jobs.values()]
    .filter(({ id, status, totalUsers }) => status === 'SUCCEEDED' && totalUsers !== 0 && !epochs.has(id))
    .map(({ id }) => ({ jobId: id, detail: 'SUCCEEDED without a result' }));
  return [...wrong, ...missing];
}

function resultsEqualOracle({ calls, filters, jobs, oracle }: Facts): Found[] {
  const read = calls.flatMap(({ invoke, outcome }) => {
    if (invoke.action !== 'result' || outcome?.phase !== 'ok' || outcome.rows === undefined) return [];
    const { jobId } = invoke;
    const filter = filters.get(jobId);
    if (filter === undefined) return [{ jobId, detail: 'nobody knows what was asked for' }];
    const expected = JSON.stringify(oracle(filter));
    const actual = JSON.stringify(outcome.rows);
    return actual === expected ? [] : [{ jobId, detail: `says ${actual}, and should say ${expected}` }];
  });
  const sums = [...jobs.values()].flatMap(({ id: jobId, status, totalUsers, totalWords }) => {
    const filter = filters.get(jobId);
    if (status !== 'SUCCEEDED' || filter === undefined) return [];
    const rows = oracle(filter);
    const words = rows.reduce((sum, [, count]) => sum + count, 0);
    if (totalUsers === rows.length && totalWords === words) return [];
    return [
      {
        jobId,
        detail: `sums up to ${totalUsers} users, ${totalWords} words; it is ${rows.length}, ${words}`,
      },
    ];
  });
  return [...read, ...sums];
}

function observersAreToldOnce({ watches, jobs }: Facts): Found[] {
  return watches.flatMap(({ invoke, outcome, told }) => {
    if (invoke.action !== 'watch') return [];
    const { jobId } = invoke;
    const who = `watch ${invoke.id}`;
    const ends = told.filter(({ status }) => ENDS.has(status));
    const found: Found[] = [];
    if (outcome?.phase !== 'ok') found.push({ jobId, detail: `${who} was never told the end` });
    if (ends.length > 1) found.push({ jobId, detail: `${who} was told ${ends.length} ends` });
    if (ends.length > 0 && !ENDS.has(told.at(-1)?.status as Status))
      found.push({ jobId, detail: `${who} was told something after the end` });
    if (told.some((seen) => seen.jobId !== jobId))
      found.push({ jobId, detail: `${who} was told of another job` });
    for (const [index, now] of told.entries()) {
      const before = told[index - 1];
      if (before !== undefined && before.connection === now.connection && now.version <= before.version)
        found.push({ jobId, detail: `${who} was told version ${now.version} after ${before.version}` });
    }
    if (!jobs.has(jobId)) found.push({ jobId, detail: `${who} watches a job that there is not` });
    return found;
  });
}

/** What a fault may slow down, it may slow down for so long. */
const RECOVERY_MS = 20_000;
const LEAST_SAMPLES = 20;

function observersAreToldSoon(facts: Facts): Found[] {
  const disturbed = disturbances(facts, RECOVERY_MS, () => true);
  const delays = facts.watches.flatMap(({ invoke, told }) => {
    const end = told.find(({ status }) => ENDS.has(status));
    const job = end && facts.jobs.get(end.jobId);
    if (end === undefined || !job?.completedAt || job.version !== end.version) return [];
    // Only who listened when it happened can be told at once.
    if (invoke.at > job.completedAt || disturbed(invoke.at, end.at)) return [];
    return [end.at - job.completedAt];
  });
  return late(delays, { medianMs: 500, what: 'told of the end' });
}

function jobsStartSoon(facts: Facts): Found[] {
  // Losing scripts must not be felt, neither what readers feel only.
  const disturbed = disturbances(facts, RECOVERY_MS, (name) => !/script-flush/.test(name));
  const delays = facts.tables.jobs.flatMap(({ createdAt, startedAt }) =>
    startedAt === null || disturbed(createdAt, startedAt) ? [] : [startedAt - createdAt],
  );
  return late(delays, { medianMs: 1500, what: 'begun' });
}

function late(delays: readonly number[], { medianMs, what }: { medianMs: number; what: string }): Found[] {
  if (delays.length < LEAST_SAMPLES) return [];
  const median = [...delays].sort((a, b) => a - b)[Math.floor(delays.length / 2)] as number;
  if (median <= medianMs) return [];
  return [
    {
      detail: `half of ${delays.length} were ${what} after ${median} ms or more; ${medianMs} ms are allowed`,
    },
  ];
}

function keysStandForOneJob({ calls, tables }: Facts): Found[] {
  const ids = new Map<string, Set<string>>();
  const add = (key: string, jobId: string): void => {
    ids.set(key, (ids.get(key) ?? new Set()).add(jobId));
  };
  for (const { key, jobId } of tables.keys) add(key, jobId);
  for (const { invoke, outcome } of calls) {
    if (invoke.action !== 'request' || invoke.key === null) continue;
    if (outcome?.phase === 'ok' && outcome.seen !== undefined) add(invoke.key, outcome.seen.jobId);
  }
  const kept = new Set(tables.keys.map(({ key }) => key));
  return [...ids].flatMap(([key, jobIds]) => [
    ...(jobIds.size > 1 ? [{ detail: `the key ${key} stands for ${[...jobIds].join(', ')}` }] : []),
    ...(kept.has(key) ? [] : [{ detail: `the key ${key} was answered, and is not in the table` }]),
  ]);
}

/** A retried job no longer stands for its filter, so only those that nobody retried are looked at. */
function filtersHaveOneOpenJob({ tables, calls }: Facts): Found[] {
  const retried = new Set(calls.flatMap(({ invoke }) => (invoke.action === 'retry' ? [invoke.jobId] : [])));
  const byFilter = groupBy(
    tables.jobs.filter(({ id }) => !retried.has(id)),
    ({ filterHash }) => filterHash,
  );
  return [...byFilter.values()].flatMap((jobs) => {
    const sorted = [...jobs].sort((a, b) => a.createdAt - b.createdAt);
    return sorted.flatMap((job, index) => {
      const before = sorted[index - 1];
      if (before === undefined || (before.completedAt !== null && before.completedAt <= job.createdAt))
        return [];
      return [{ jobId: job.id, detail: `was made while ${before.id} with the same filter was open` }];
    });
  });
}

function cancelsHold({ calls, jobs }: Facts): Found[] {
  const asked = new Set<string>();
  const found: Found[] = [];
  for (const { invoke, outcome } of calls) {
    if (invoke.action !== 'cancel') continue;
    asked.add(invoke.jobId);
    const status = jobs.get(invoke.jobId)?.status;
    if (outcome?.phase === 'ok' && status !== 'CANCELED')
      found.push({ jobId: invoke.jobId, detail: `was canceled, but is ${status ?? 'gone'}` });
  }
  for (const { id, status } of jobs.values()) {
    if (status === 'CANCELED' && !asked.has(id))
      found.push({ jobId: id, detail: 'is CANCELED, and nobody asked for that' });
  }
  return found;
}

/** Each retry that was accepted must have had a run to follow, and each run but the first a retry. */
function retriesAreExact({ calls, jobs, attemptsOf, settings }: Facts): Found[] {
  const accepted = new Map<string, number>();
  const asked = new Map<string, number>();
  for (const { invoke, outcome } of calls) {
    if (invoke.action !== 'retry') continue;
    asked.set(invoke.jobId, (asked.get(invoke.jobId) ?? 0) + 1);
    if (outcome?.phase === 'ok') accepted.set(invoke.jobId, (accepted.get(invoke.jobId) ?? 0) + 1);
  }
  return [...jobs.values()].flatMap(({ id: jobId, maxAttempts }) => {
    const failures = (attemptsOf.get(jobId) ?? []).filter(
      ({ errorCode }) => !NO_FAILURES.has(errorCode),
    ).length;
    const failedRuns = Math.floor(failures / settings.maxAttempts);
    const runs = maxAttempts / settings.maxAttempts;
    const retries = accepted.get(jobId) ?? 0;
    return [
      ...(retries > failedRuns
        ? [{ jobId, detail: `was retried ${retries} times after ${failedRuns} failed runs` }]
        : []),
      ...(runs - 1 < retries
        ? [{ jobId, detail: `was retried ${retries} times, but has ${maxAttempts} attempts` }]
        : []),
      ...(runs - 1 > (asked.get(jobId) ?? 0)
        ? [{ jobId, detail: `has ${maxAttempts} attempts, and nobody asked for more` }]
        : []),
    ];
  });
}

/** With what callers may be turned away here. None of them sends anything wrong. */
const REFUSALS: Readonly<Record<InvokeEvent['action'], readonly string[]>> = {
  request: ['SERVICE_UNAVAILABLE'],
  cancel: ['SERVICE_UNAVAILABLE', 'JOB_NOT_CANCELABLE'],
  retry: ['SERVICE_UNAVAILABLE', 'JOB_NOT_RETRYABLE'],
  show: ['SERVICE_UNAVAILABLE'],
  result: ['SERVICE_UNAVAILABLE', 'JOB_NOT_FINISHED', 'JOB_FAILED', 'JOB_CANCELED'],
  watch: [],
};

function refusalsAreKnown({ calls }: Facts): Found[] {
  return calls.flatMap(({ invoke, outcome }) => {
    if (outcome?.phase !== 'fail' || outcome.httpStatus === 0) return [];
    const { code, httpStatus, retryAfter } = outcome;
    const call = `${invoke.action} ${invoke.id}`;
    if (!REFUSALS[invoke.action].includes(code))
      return [{ detail: `${call} was answered ${httpStatus} ${code}` }];
    if (httpStatus === 503 && !retryAfter)
      return [{ detail: `${call} was answered 503 without Retry-After` }];
    return [];
  });
}

function processesStay({ history }: Facts): Found[] {
  return history.flatMap((event) => {
    if (event.type !== 'exit') return [];
    const { process, code, signal, wanted } = event;
    if (!wanted) return [{ detail: `${process} ended by itself (${signal ?? `exit code ${code}`})` }];
    // Asked to stop, it stops in good order.
    return signal === null && code !== 0
      ? [{ detail: `${process} was asked to stop and ended with ${code}` }]
      : [];
  });
}

/** Where nothing disturbed: a message that is delivered twice ends twice, and its second handler finds nothing to do. */
function queueTellsTheTruth(facts: Facts): Found[] {
  const disturbed = disturbances(facts, RECOVERY_MS, (name) => !/posts-away|slow-reads/.test(name));
  return facts.tables.attempts.flatMap(({ jobId, number, errorCode, startedAt, endedAt }) => {
    if (disturbed(startedAt, endedAt ?? Infinity)) return [];
    const message = `${jobId}-${number}`;
    const failed = !NO_FAILURES.has(errorCode);
    if (!(failed ? facts.queue.succeeded : facts.queue.failed).has(message)) return [];
    return [{ jobId, detail: `attempt ${number} ended with ${errorCode}, and the queue says the opposite` }];
  });
}

function metricsEqualTables({ metrics, tables, settings }: Facts): Found[] {
  if (metrics.length === 0) return [{ detail: 'there are none' }];
  return metrics.flatMap((samples, api) => {
    const compare = (name: string, expected: number): Found[] =>
      samples.get(name) === expected
        ? []
        : [{ detail: `API ${api + 1} says ${name} is ${samples.get(name)}; it is ${expected}` }];
    return [
      ...(['QUEUED', 'RUNNING', 'RETRYING', 'FAILED'] as const).flatMap((status) =>
        compare(
          `posts_report_jobs{status="${status}"}`,
          tables.jobs.filter((job) => job.status === status).length,
        ),
      ),
      ...compare('posts_report_workers', settings.workers),
      ...compare('posts_report_mysql_up', 1),
      ...compare('posts_report_broker_up', 1),
    ];
  });
}
