import { describe, expect, test } from '@jest/globals';
import { estimateCompletion, retryAfterSeconds } from '../../src/jobs/estimate-completion.js';
import type { ReportJob } from '../../src/jobs/job.js';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import type { RecentDuration, StoreHealth } from '../../src/jobs/ports/job-store.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const ALL: CanonicalFilter = { userIds: null, createdFrom: null, createdTo: null };
const ofUsers = (count: number): CanonicalFilter => ({
  ...ALL,
  userIds: Array.from({ length: count }, (_, user) => user),
});

describe('the estimated completion', () => {
  test.each(['SUCCEEDED', 'FAILED', 'CANCELED'] as const)('is null once the job is %s', async (status) => {
    expect(await secondsLeft({ status, recent: [ran(4)] })).toBeNull();
  });

  test('is null while nothing is known, or nobody works', async () => {
    expect(await secondsLeft({ status: 'QUEUED' })).toBeNull();
    expect(await secondsLeft({ status: 'RUNNING' })).toBeNull();
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(4)], slots: 0 })).toBeNull();
  });

  test('of a job that finds a free slot is what such jobs take', async () => {
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(4), ran(5), ran(60)] })).toBe(5);
  });

  test('goes by jobs of the same filter, then by those that narrow alike, then by all', async () => {
    const recent = [ran(9, ALL), ran(1, ofUsers(20)), ran(3, ofUsers(200))];
    expect(await secondsLeft({ status: 'QUEUED', filter: ofUsers(200), recent })).toBe(3);
    expect(await secondsLeft({ status: 'QUEUED', filter: ofUsers(22), recent })).toBe(1);
    const dated = { ...ALL, createdTo: '2026-01-01T00:00:00.000Z' };
    expect(await secondsLeft({ status: 'QUEUED', filter: dated, recent })).toBe(3);
  });

  test('goes by the latest jobs, since tables grow', async () => {
    const recent = [...Array.from({ length: 10 }, () => ran(8)), ...Array.from({ length: 40 }, () => ran(1))];
    expect(await secondsLeft({ status: 'QUEUED', recent })).toBe(8);
  });

  test('counts the jobs that are before it, and those that run', async () => {
    const recent = [ran(6)];
    const queued = { status: 'QUEUED', recent, slots: 2 } as const;
    expect(await secondsLeft({ ...queued, position: 2 })).toBe(6);
    expect(await secondsLeft({ ...queued, position: 3 })).toBe(12);
    expect(await secondsLeft({ ...queued, running: 1, position: 1 })).toBe(6);
    expect(await secondsLeft({ ...queued, running: 1, position: 2 })).toBe(3 + 6);
    expect(await secondsLeft({ ...queued, running: 2, position: 1 })).toBe(2 + 6);
    expect(await secondsLeft({ ...queued, running: 2, position: 2 })).toBe(4 + 6);
    expect(await secondsLeft({ ...queued, running: 2, position: 5 })).toBe(2 + 12 + 6);
  });

  test('of a job that waits for its next attempt begins there', async () => {
    const nextAttemptAt = new Date(NOW + 30_000);
    expect(await secondsLeft({ status: 'RETRYING', nextAttemptAt, recent: [ran(4)] })).toBe(34);
  });

  test('of a running job goes by when it began', async () => {
    const running = { status: 'RUNNING', recent: [ran(10)], ranFor: 4 } as const;
    expect(await secondsLeft(running)).toBe(6);
  });

  test('of a running job goes by its posts where no job of its filter is known', async () => {
    const recent = [{ ...ran(10, ofUsers(21)), posts: 1000 }];
    const progress = { processedRows: 400, totalRows: 2000, percent: 20 };
    expect(await secondsLeft({ status: 'RUNNING', filter: ofUsers(20), recent, progress, ranFor: 4 })).toBe(
      16,
    );
  });

  test('of a job that is clearly slower than others goes by its own pace', async () => {
    const progress = { processedRows: 500, totalRows: 1000, percent: 50 };
    expect(await secondsLeft({ status: 'RUNNING', recent: [ran(10)], progress, ranFor: 21 })).toBe(40 - 21);
  });

  test('of a later attempt goes by what is left to read', async () => {
    const progress = { processedRows: 500, totalRows: 1000, percent: 50 };
    const later = { status: 'RUNNING', recent: [ran(10)], ranFor: 100, epoch: 2 } as const;
    expect(await secondsLeft({ ...later, progress })).toBe(5);
    expect(await secondsLeft(later)).toBe(10);
  });

  test('is never past', async () => {
    expect(await secondsLeft({ status: 'RUNNING', recent: [ran(1)], ranFor: 50 })).toBe(0);
  });
});

test('Retry-After goes by the estimate, from one to thirty seconds; two when nothing is known', () => {
  const now = new Date(NOW);
  const after = (ms: number): number => retryAfterSeconds(new Date(NOW + ms), now);
  expect([after(0), after(1), after(4200), after(90_000)]).toEqual([1, 1, 5, 30]);
  expect(retryAfterSeconds(null, now)).toBe(2);
});

/** A job of 1,000 rows that took so many seconds. */
function ran(seconds: number, filter = ALL): RecentDuration {
  return { ranMs: seconds * 1000, rows: 1000, filter };
}

interface Situation {
  readonly status: ReportJob['status'];
  readonly filter?: CanonicalFilter;
  readonly progress?: ReportJob['progress'];
  readonly nextAttemptAt?: Date;
  /** Seconds since its first claim. */
  readonly ranFor?: number;
  readonly epoch?: number;
  readonly recent?: readonly RecentDuration[];
  readonly slots?: number;
  readonly running?: number;
  readonly position?: number;
}

async function secondsLeft(situation: Situation): Promise<number | null> {
  const { status, recent = [], slots = 2, running = 0, position = 1, ranFor, epoch = 1 } = situation;
  const job = {
    status,
    epoch,
    kind: 'posts',
    filter: situation.filter ?? ALL,
    progress: situation.progress ?? { processedRows: 0, totalRows: null, percent: null },
    nextAttemptAt: situation.nextAttemptAt ?? null,
    startedAt: ranFor === undefined ? null : new Date(NOW - ranFor * 1000),
  } as ReportJob;
  const estimate = await estimateCompletion(
    {
      store: {
        now: async () => new Date(NOW),
        recentDurations: async () => recent,
        health: async () => ({ slots, running }) as StoreHealth,
        queuePosition: async () => (status === 'QUEUED' ? position : undefined),
      },
    },
    job,
  );
  return estimate === null ? null : (estimate.getTime() - NOW) / 1000;
}
