import {
  attemptsLostToKills,
  disturbances,
  isOfBroker,
  NO_FAILURES,
  type Facts,
  type Found,
} from '../evidence.js';
import { groupBy } from '../group-by.js';
import { late } from './late.js';

export function attemptsAreConsistent({ jobs, attemptsOf, tables }: Facts): Found[] {
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

export function lastAttemptExplainsStatus({ jobs, attemptsOf, settings }: Facts): Found[] {
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
    // No report of these runs fails with an error that ends the job at once.
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

export function attemptsDoNotOverlap({ attemptsOf }: Facts): Found[] {
  return [...attemptsOf].flatMap(([jobId, attempts]) =>
    attempts.flatMap((attempt, index) => {
      const before = attempts[index - 1];
      if (before === undefined || (before.endedAt !== null && before.endedAt <= attempt.startedAt)) return [];
      return [{ jobId, detail: `attempt ${attempt.number} began before attempt ${before.number} had ended` }];
    }),
  );
}

/**
 * Leaves out attempts that ended with WORKER_LOST: if the answer to a claim was lost, the worker does not run the
 * attempt.
 */
export function workersKeepToSlots({ tables, settings }: Facts): Found[] {
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

/** Leaves out jobs that a client tried to retry, because the number of an attempt within its run is unknown there. */
export function retriesWait({ jobs, attemptsOf, calls, settings }: Facts): Found[] {
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

/** Each accepted retry must follow a failed run, and a new run must follow the retry. */
export function retriesAreExact({ calls, jobs, attemptsOf, settings }: Facts): Found[] {
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
        ? [{ jobId, detail: `has ${maxAttempts} attempts, and no client asked for more` }]
        : []),
    ];
  });
}

/** Time after a fault in which a lease may expire because of it: the lease's 5 s and a margin for a busy machine. */
const AFTERMATH_MS = 15_000;

export function leasesRunOutForAReason(facts: Facts): Found[] {
  const disturbed = disturbances(facts, AFTERMATH_MS, (name) => !isHarmlessToLeases(name));
  return facts.tables.attempts.flatMap(({ jobId, number, endedAt, errorCode }) => {
    if (errorCode !== 'WORKER_LOST' || endedAt === null || disturbed(endedAt - 4000, endedAt)) return [];
    return [{ jobId, detail: `attempt ${number} was taken from a worker that nothing had happened to` }];
  });
}

/**
 * Time within which a lost worker is noticed: the lease's 5 s, a round of the dispatcher, and a margin for a busy
 * machine.
 */
const NOTICED_MS = 6500;

export function lostWorkersAreNoticed(facts: Facts): Found[] {
  const disturbed = disturbances(
    facts,
    AFTERMATH_MS,
    (name) => !/exit of|kill (worker|api)/.test(name) && !isOfBroker(name) && !isHarmlessToLeases(name),
  );
  const delays = attemptsLostToKills(facts).flatMap(({ attempt: { endedAt }, killedAt }) =>
    endedAt === null || disturbed(killedAt, endedAt) ? [] : [endedAt - killedAt],
  );
  return late(delays, { medianMs: NOTICED_MS, what: 'taken from a worker that was killed' });
}

function isHarmlessToLeases(name: string): boolean {
  return /script-flush|flushall|client-kill|purge-queue|delete-queue|close-connections|stop-app|alarm|posts-away|lock-results|slow-reads/.test(
    name,
  );
}
