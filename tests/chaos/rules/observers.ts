import { ENDS, disturbances, type Facts, type Found } from '../evidence.js';
import type { Status } from '../history.js';
import { late, RECOVERY_MS, whileOnlyBrokerIsDisturbed } from './late.js';

export function observersAreToldOnce({ watches, jobs }: Facts): Found[] {
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

/** Whoever reads the row because of an event must find there what it tells of. */
export function eventsComeAfterTheirChange({ history }: Facts): Found[] {
  if (!history.some(({ type }) => type === 'announced')) return [{ detail: 'nothing was heard on the bus' }];
  return history.flatMap((event) => {
    if (event.type !== 'announced') return [];
    const { jobId, version, inTable } = event;
    if (inTable !== null && inTable >= version) return [];
    return [
      { jobId, detail: `version ${version} was told of, and the table had ${inTable ?? 'no such job'}` },
    ];
  });
}

export function observersAreToldSoon(facts: Facts): Found[] {
  const disturbed = disturbances(facts, RECOVERY_MS, () => true);
  const delays = delaysOfEnds(facts, (from, to) => !disturbed(from, to));
  return late(delays, { medianMs: 500, what: 'told of the end' });
}

/** Then they are told by the poll, every two seconds. */
export function observersAreToldWithoutBroker(facts: Facts): Found[] {
  const delays = delaysOfEnds(facts, whileOnlyBrokerIsDisturbed(facts));
  return late(delays, { medianMs: 2500, what: 'told of the end' });
}

function delaysOfEnds(
  { watches, jobs }: Facts,
  counts: (from: number, to: number) => boolean,
): readonly number[] {
  return watches.flatMap(({ invoke, told }) => {
    const end = told.find(({ status }) => ENDS.has(status));
    const job = end && jobs.get(end.jobId);
    if (end === undefined || !job?.completedAt || job.version !== end.version) return [];
    // Only who listened when it happened can be told at once.
    if (invoke.at > job.completedAt || !counts(invoke.at, end.at)) return [];
    return [end.at - job.completedAt];
  });
}

export function jobsStartSoon(facts: Facts): Found[] {
  // Losing scripts must not be felt, neither what readers feel only.
  const disturbed = disturbances(facts, RECOVERY_MS, (name) => !/script-flush/.test(name));
  const delays = facts.tables.jobs.flatMap(({ createdAt, startedAt }) =>
    startedAt === null || disturbed(createdAt, startedAt) ? [] : [startedAt - createdAt],
  );
  return late(delays, { medianMs: 1500, what: 'begun' });
}
