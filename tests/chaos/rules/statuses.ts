import { ENDS, type Facts, type Found } from '../evidence.js';
import type { Status } from '../history.js';

export function acceptedJobsExist({ sightings, jobs }: Facts): Found[] {
  return [...sightings.keys()]
    .filter((jobId) => !jobs.has(jobId))
    .map((jobId) => ({ jobId, detail: 'was shown to a client, but is not in the table' }));
}

export function jobsHaveEnds({ jobs }: Facts): Found[] {
  return [...jobs.values()]
    .filter(({ status }) => !ENDS.has(status))
    .map(({ id, status }) => ({ jobId: id, detail: `is ${status} when all should be over` }));
}

export function endedJobsAreAtRest({ jobs }: Facts): Found[] {
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

export function sightingsAgreeWithTables({ sightings, jobs }: Facts): Found[] {
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

/** For each status, the statuses that the next version may have. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  QUEUED: ['RUNNING', 'CANCELED'],
  RUNNING: ['RUNNING', 'SUCCEEDED', 'RETRYING', 'FAILED', 'QUEUED', 'CANCELED'],
  RETRYING: ['RUNNING', 'CANCELED'],
  SUCCEEDED: [],
  FAILED: ['QUEUED'],
  CANCELED: [],
};

export function transitionsAreLegal({ sightings, jobs }: Facts): Found[] {
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

export function cancelsHold({ calls, jobs }: Facts): Found[] {
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
      found.push({ jobId: id, detail: 'is CANCELED, and no client asked for that' });
  }
  return found;
}
