import { describe, expect, test } from '@jest/globals';
import { createSharedReads, type SharedReadsDeps } from '../../src/http/graphql/shared-reads.js';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import type { JobAttempt } from '../../src/jobs/job.js';

describe('reads that answers share', () => {
  test('make a read once while it is under way, and afresh afterwards', async () => {
    const { reads, calls } = stage();
    const both = [reads.findAttempts({ id: 'a', version: 1 }), reads.findAttempts({ id: 'a', version: 1 })];
    calls[0]?.resolve();
    await Promise.all(both);
    void reads.findAttempts({ id: 'a', version: 1 });
    expect(calls).toHaveLength(2);
  });

  test('show nobody attempts that are older than his job', async () => {
    const { reads, calls } = stage();
    void reads.findAttempts({ id: 'a', version: 1 });
    void reads.findAttempts({ id: 'a', version: 2 });
    expect(calls).toHaveLength(2);
  });

  test('are under way four at a time, in the order in which they came', async () => {
    const { reads, calls } = stage();
    for (let id = 0; id < 6; id += 1) void reads.findAttempts({ id: String(id), version: 1 });
    expect(calls.map(({ id }) => id)).toEqual(['0', '1', '2', '3']);
    calls[2]?.resolve();
    await new Promise(setImmediate);
    expect(calls.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4']);
  });

  test('are given up all at once when the database is away, and go on when it is back', async () => {
    const { reads, calls } = stage();
    const all = Array.from({ length: 500 }, (_, id) => reads.findAttempts({ id: String(id), version: 1 }));
    const outcomes = Promise.allSettled(all);
    for (const call of calls) call.reject(new ServiceUnavailableError('away'));
    expect(new Set((await outcomes).map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(calls).toHaveLength(4);
    const later = reads.findAttempts({ id: 'x', version: 1 });
    calls[4]?.resolve();
    expect(await later).toEqual([]);
  });
});

/** A store whose reads end when the test says so. */
function stage() {
  const calls: { id: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const findAttempts = (id: string) =>
    new Promise<readonly JobAttempt[]>((resolve, reject) => {
      calls.push({ id, resolve: () => resolve([]), reject });
    });
  const reads = createSharedReads({ store: { findAttempts }, results: {} } as unknown as SharedReadsDeps);
  return { reads, calls };
}
