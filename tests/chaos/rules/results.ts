import type { Facts, Found } from '../evidence.js';
import { groupBy } from '../group-by.js';

export function resultsAreSingle({ tables, jobs }: Facts): Found[] {
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

export function resultsEqualOracle({ calls, filters, jobs, oracle }: Facts): Found[] {
  const read = calls.flatMap(({ invoke, outcome }) => {
    if (invoke.action !== 'result' || outcome?.phase !== 'ok' || outcome.rows === undefined) return [];
    const { jobId } = invoke;
    const filter = filters.get(jobId);
    if (filter === undefined) return [{ jobId, detail: 'no record says what was asked for' }];
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
