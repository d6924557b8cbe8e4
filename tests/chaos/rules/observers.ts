import { ENDS, disturbances, type Facts, type Found } from '../evidence.js';
import type { Status } from '../history.js';
import { late, RECOVERY_MS, whileOnlyBrokerIsDisturbed } from './late.js';

export function observersGetTheEndOnce({ watches, jobs }: Facts): Found[] {
  return watches.flatMap(({ invoke, outcome, notified }) => {
    if (invoke.action !== 'watch') return [];
    const { jobId } = invoke;
    const who = `watch ${invoke.id}`;
    const ends = notified.filter(({ status }) => ENDS.has(status));
    const found: Found[] = [];
    if (outcome?.phase !== 'ok') found.push({ jobId, detail: `${who} never got the end` });
    if (ends.length > 1) found.push({ jobId, detail: `${who} got ${ends.length} ends` });
    if (ends.length > 0 && !ENDS.has(notified.at(-1)?.status as Status))
      found.push({ jobId, detail: `${who} got something after the end` });
    if (notified.some((seen) => seen.jobId !== jobId))
      found.push({ jobId, detail: `${who} got another job` });
    for (const [index, now] of notified.entries()) {
      const before = notified[index - 1];
      if (before !== undefined && before.connection === now.connection && now.version <= before.version)
        found.push({ jobId, detail: `${who} got version ${now.version} after ${before.version}` });
    }
    if (!jobs.has(jobId)) found.push({ jobId, detail: `${who} watches a job that there is not` });
    return found;
  });
}

/** When the bus announces a version of a job, the job's row must have that version already. */
export function eventsComeAfterTheirChange({ history }: Facts): Found[] {
  if (!history.some(({ type }) => type === 'announced')) return [{ detail: 'nothing was heard on the bus' }];
  return history.flatMap((event) => {
    if (event.type !== 'announced') return [];
    const { jobId, version, inTable } = event;
    if (inTable !== null && inTable >= version) return [];
    return [
      { jobId, detail: `version ${version} was published, and the table had ${inTable ?? 'no such job'}` },
    ];
  });
}

export function observersAreNotifiedSoon(facts: Facts): Found[] {
  const disturbed = disturbances(facts, RECOVERY_MS, () => true);
  const delays = delaysOfEnds(facts, (from, to) => !disturbed(from, to));
  return late(delays, { medianMs: 500, what: 'notified of the end' });
}

/** The poll, every 2 s, notifies observers that get no event. */
export function observersAreNotifiedWithoutBroker(facts: Facts): Found[] {
  const delays = delaysOfEnds(facts, whileOnlyBrokerIsDisturbed(facts));
  return late(delays, { medianMs: 2500, what: 'notified of the end' });
}

function delaysOfEnds(
  { watches, jobs }: Facts,
  counts: (from: number, to: number) => boolean,
): readonly number[] {
  return watches.flatMap(({ invoke, notified }) => {
    const end = notified.find(({ status }) => ENDS.has(status));
    const job = end && jobs.get(end.jobId);
    if (end === undefined || !job?.completedAt || job.version !== end.version) return [];
    // Only observers that were connected when the job ended can be notified at once.
    if (invoke.at > job.completedAt || !counts(invoke.at, end.at)) return [];
    return [end.at - job.completedAt];
  });
}

export function jobsStartSoon(facts: Facts): Found[] {
  // SCRIPT FLUSH may not delay the start of a job, so it does not count as a disturbance.
  const disturbed = disturbances(facts, RECOVERY_MS, (name) => !/script-flush/.test(name));
  const delays = facts.tables.jobs.flatMap(({ createdAt, startedAt }) =>
    startedAt === null || disturbed(createdAt, startedAt) ? [] : [startedAt - createdAt],
  );
  return late(delays, { medianMs: 1500, what: 'begun' });
}
