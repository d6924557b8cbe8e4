import type { Facts, Found } from '../evidence.js';
import { groupBy } from '../group-by.js';
import type { InvokeEvent } from '../history.js';
import type { JobRow } from '../tables.js';
import { late, whileOnlyBrokerIsDisturbed } from './late.js';

export function keysStandForOneJob({ calls, tables }: Facts): Found[] {
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

/**
 * Two jobs with the same filter were open at once if the later job existed when the statement that ended the earlier
 * job began. `createdAt` does not prove that the later job existed: it is the time when the INSERT began, and the INSERT
 * may wait for the end of the earlier job. Jobs with a retry are left out, because a retried job no longer coalesces.
 */
export function filtersHaveOneOpenJob(facts: Facts): Found[] {
  const { tables, calls } = facts;
  const retried = new Set(calls.flatMap(({ invoke }) => (invoke.action === 'retry' ? [invoke.jobId] : [])));
  const byFilter = groupBy(
    tables.jobs.filter(({ id }) => !retried.has(id)),
    ({ filterHash }) => filterHash,
  );
  return [...byFilter.values()].flatMap((jobs) => {
    const sorted = [...jobs].sort((a, b) => a.createdAt - b.createdAt);
    return sorted.flatMap((job, index) => {
      const thereAt = certainlyThereAt(job, facts);
      const open = sorted.slice(0, index).find(({ completedAt }) => (completedAt ?? Infinity) > thereAt);
      if (open === undefined) return [];
      return [{ jobId: job.id, detail: `was there while ${open.id} with the same filter was open` }];
    });
  });
}

/**
 * Returns a time at which the job was certainly committed. A commit precedes each answer that names the job, and each
 * statement that ends the job or one of its attempts.
 */
function certainlyThereAt({ id, completedAt }: JobRow, { sightings, attemptsOf }: Facts): number {
  return Math.min(
    completedAt ?? Infinity,
    ...(sightings.get(id) ?? []).map(({ at }) => at),
    ...(attemptsOf.get(id) ?? []).map(({ endedAt }) => endedAt ?? Infinity),
  );
}

/** Share of requests that may be refused, because a busy machine makes some of them too slow. */
const REFUSED_AT_MOST = 0.1;

export function requestsDoNotNeedBroker(facts: Facts): Found[] {
  const counts = whileOnlyBrokerIsDisturbed(facts);
  const asked = facts.calls.flatMap(({ invoke, outcome }) =>
    invoke.action === 'request' && outcome !== undefined && counts(invoke.at, outcome.at)
      ? [{ took: outcome.at - invoke.at, refused: outcome.phase !== 'ok' }]
      : [],
  );
  const refused = asked.filter((request) => request.refused).length;
  return [
    ...(refused > asked.length * REFUSED_AT_MOST
      ? [{ detail: `${refused} of ${asked.length} were refused while only the broker was away` }]
      : []),
    ...late(
      asked.map(({ took }) => took),
      { medianMs: 500, what: 'answered while only the broker was away' },
    ),
  ];
}

/** Error codes that a client may get in these runs. No client sends a wrong request. */
const REFUSALS: Readonly<Record<InvokeEvent['action'], readonly string[]>> = {
  request: ['SERVICE_UNAVAILABLE'],
  cancel: ['SERVICE_UNAVAILABLE', 'JOB_NOT_CANCELABLE'],
  retry: ['SERVICE_UNAVAILABLE', 'JOB_NOT_RETRYABLE'],
  show: ['SERVICE_UNAVAILABLE'],
  result: ['SERVICE_UNAVAILABLE', 'JOB_NOT_FINISHED', 'JOB_FAILED', 'JOB_CANCELED'],
  watch: [],
};

export function refusalsAreKnown({ calls }: Facts): Found[] {
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
