import { describe, expect, test } from '@jest/globals';
import { estimateCompletion, retryAfterSeconds } from '../../src/jobs/estimate-completion.js';
import type { ReportJob } from '../../src/jobs/job.js';
import type { RecentDuration } from '../../src/jobs/ports/job-store.js';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const ALL: CanonicalFilter = { userIds: null, createdFrom: null, createdTo: null };
const ofUsers = (count: number): CanonicalFilter => ({
  ...ALL,
  userIds: Array.from({ length: count }, (_, user) => user),
});

const ofUser = (id: number): CanonicalFilter => ({ ...ALL, userIds: [id] });

describe('the estimated completion', () => {
  test.each(['SUCCEEDED', 'FAILED', 'CANCELED'] as const)('is null once the job is %s', async (status) => {
    expect(await secondsLeft({ status, recent: [ran(4)] })).toBeNull();
  });

  test('is null while nothing is known, or no worker lives', async () => {
    expect(await secondsLeft({ status: 'QUEUED' })).toBeNull();
    expect(await secondsLeft({ status: 'RUNNING' })).toBeNull();
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(4)], slots: 0 })).toBeNull();
  });

  test('is null while no living worker knows the definition of a job that waits', async () => {
    const queued = { status: 'QUEUED', recent: [ran(4)] } as const;
    expect(await secondsLeft({ ...queued, definitions: ['other'] })).toBeNull();
    expect(await secondsLeft({ ...queued, definitions: ['known', 'other'] })).toBe(4);
    const running = { status: 'RUNNING', recent: [ran(4)], ranFor: 1 } as const;
    expect(await secondsLeft({ ...running, definitions: ['other'] })).toBe(3);
  });

  test('of a job that finds a free slot is what such jobs take', async () => {
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(4), ran(5), ran(60)] })).toBe(5);
  });

  test('goes by jobs of the same filter, then by those that narrow alike', async () => {
    const recent = [ran(9, ALL), ran(1, ofUsers(20)), ran(3, ofUsers(200))];
    expect(await secondsLeft({ status: 'QUEUED', filter: ofUsers(200), recent })).toBe(3);
    expect(await secondsLeft({ status: 'QUEUED', filter: ofUsers(22), recent })).toBe(1);
    expect(await secondsLeft({ status: 'QUEUED', filter: ofUsers(1), recent })).toBe(2);
  });

  test('is null where only jobs of other conditions are known', async () => {
    const dated = { ...ALL, createdTo: '2026-01-01T00:00:00.000Z' };
    const recent = [ran(9, ALL), ran(1, ofUsers(20))];
    expect(await secondsLeft({ status: 'QUEUED', filter: dated, recent })).toBeNull();
  });

  test('goes by the latest jobs, since load and tables change', async () => {
    const recent = [...Array.from({ length: 5 }, () => ran(8)), ...Array.from({ length: 40 }, () => ran(1))];
    expect(await secondsLeft({ status: 'QUEUED', recent })).toBe(8);
  });

  test('goes by the size of the latest like job', async () => {
    const recent = [ran(8, ALL, 9000), ran(1), ran(1), ran(1)];
    expect(await secondsLeft({ status: 'QUEUED', recent })).toBe(8);
  });

  test('counts the jobs that are before it', async () => {
    const queued = { status: 'QUEUED', recent: [ran(6)], slots: 2 } as const;
    expect(await secondsLeft({ ...queued, position: 2 })).toBe(6);
    expect(await secondsLeft({ ...queued, position: 3 })).toBe(12);
  });

  test('counts the remaining time of the jobs that run', async () => {
    const queued = { status: 'QUEUED', recent: [ran(6)], slots: 2 } as const;
    const [young, old, overdue] = [{ ranFor: 1 }, { ranFor: 4 }, { ranFor: 7 }];
    expect(await secondsLeft({ ...queued, running: [young], position: 1 })).toBe(6);
    expect(await secondsLeft({ ...queued, running: [young], position: 2 })).toBe(5 + 6);
    expect(await secondsLeft({ ...queued, running: [young, old], position: 1 })).toBe(2 + 6);
    expect(await secondsLeft({ ...queued, running: [young, old], position: 2 })).toBe(5 + 6);
    expect(await secondsLeft({ ...queued, running: [young, old], position: 5 })).toBe(2 + 12 + 6);
    expect(await secondsLeft({ ...queued, running: [young, overdue], position: 1 })).toBe(6);
    expect(await secondsLeft({ ...queued, running: [young, old, overdue], position: 1 })).toBe(6);
  });

  test('counts by their own pace the jobs that run and have progress', async () => {
    const queued = { status: 'QUEUED', recent: [ran(6)], slots: 1 } as const;
    const ofPercent = (percent: number) => [{ ranFor: 3, heardFor: 2, percent }];
    expect(await secondsLeft({ ...queued, running: ofPercent(20) })).toBe(7 + 6);
    expect(await secondsLeft({ ...queued, running: ofPercent(50) })).toBe(1 + 6);
    expect(await secondsLeft({ ...queued, running: ofPercent(1) })).toBe(3 + 6);
  });

  test('of a job that waits for its next attempt begins there', async () => {
    const nextAttemptAt = new Date(NOW + 30_000);
    expect(await secondsLeft({ status: 'RETRYING', nextAttemptAt, recent: [ran(4)] })).toBe(34);
  });

  test('of a running job goes by when it was claimed', async () => {
    const running = { status: 'RUNNING', recent: [ran(10)], ranFor: 4 } as const;
    expect(await secondsLeft(running)).toBe(6);
    expect(await secondsLeft({ ...running, epoch: 2 })).toBe(6);
  });

  test('of a running job of another size goes by fixed cost and pace', async () => {
    const recent = [ran(1.1, ofUsers(21), 1000), ran(2.1, ofUsers(21), 2000), ran(9.1, ofUsers(150), 9000)];
    const progress = { processedRows: 0, totalRows: 5000, percent: 0 };
    const left = await secondsLeft({ status: 'RUNNING', filter: ofUsers(20), recent, progress, ranFor: 0 });
    expect(left).toBeCloseTo(5.1);
  });

  test('goes by the job’s own pace the more the longer it runs', async () => {
    const progress = { processedRows: 500, totalRows: 1000, percent: 50 };
    const left = (ranFor: number) => secondsLeft({ status: 'RUNNING', recent: [ran(10)], progress, ranFor });
    expect(await left(0.1)).toBeGreaterThan(0.3);
    expect(await left(0.1)).toBeLessThan(1);
    expect(await left(2)).toBeGreaterThan(2);
    expect(await left(2)).toBeLessThan(2.5);
    expect(await left(50)).toBeGreaterThan(45);
    expect(await left(50)).toBeLessThan(51);
  });

  test('takes half of the fixed cost as spent before the first row', async () => {
    const recent = [ran(2, ofUsers(20), 1000), ran(10, ofUsers(150), 9000)];
    const progress = { processedRows: 1000, totalRows: 5000, percent: 20 };
    const left = await secondsLeft({ status: 'RUNNING', filter: ofUsers(50), recent, progress, ranFor: 1.5 });
    expect(left).toBeCloseTo(4.5);
  });

  test('takes no fixed cost from jobs that read another way', async () => {
    const byIndex = { filter: ofUsers(200), totalRows: 20_000 };
    const recent = [ran(4, byIndex.filter, byIndex.totalRows), ran(20, ALL, 1_000_000)];
    const progress = { processedRows: 6000, totalRows: 20_000, percent: 30 };
    const left = await secondsLeft({
      status: 'RUNNING',
      filter: byIndex.filter,
      recent,
      progress,
      ranFor: 1.2,
    });
    expect(left).toBeCloseTo(2.8);
  });

  test('takes no fixed cost from durations that differ at one size', async () => {
    const recent = [ran(2), ran(6)];
    const progress = { processedRows: 500, totalRows: 1000, percent: 50 };
    const left = await secondsLeft({ status: 'RUNNING', recent, progress, ranFor: 20 });
    expect(left).toBeCloseTo(20, 0);
  });

  test('of an even number of jobs is in the middle', async () => {
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(2), ran(6)] })).toBe(4);
  });

  test('is null in the last part of the rows of which only the optimizer knows', async () => {
    const left = (processedRows: number, recent: readonly RecentDuration[] = []) => {
      const progress = { processedRows, totalRows: 1000, percent: null };
      return secondsLeft({ status: 'RUNNING', recent, progress, ranFor: 10 });
    };
    expect(await left(800)).toBeCloseTo(2.5, 1);
    expect(await left(920)).toBeNull();
    expect(await left(920, [ran(11)])).toBeCloseTo(0.9, 1);
  });

  test('is null when a job without progress is long overdue', async () => {
    expect(await secondsLeft({ status: 'RUNNING', recent: [ran(1)], ranFor: 50 })).toBeNull();
  });

  test('after 200 jobs of one user each, a job over all posts goes by its own pace', async () => {
    const recent = Array.from({ length: 50 }, (_, job) =>
      ran(0.012 + (job % 7) / 500, ofUser(job), 190 + job),
    );
    expect(await secondsLeft({ status: 'QUEUED', recent })).toBeNull();
    for (const at of [0.17, 0.5, 0.86]) expectGood(await leftOf({ wholeMs: 3300, at, recent }), 3300, at);
  });

  test('after the table grew 400 times, a job goes by its own pace', async () => {
    const recent = Array.from({ length: 50 }, (_, job) => ran(0.015 + (job % 5) / 1000, ALL, 5000));
    for (const at of [0.04, 0.5, 0.88]) expectGood(await leftOf({ wholeMs: 30_000, at, recent }), 30_000, at);
  });

  test('goes by what like jobs read, and not by an estimate that is a little off', async () => {
    const recent = [ran(10, ALL, 1_000_000)];
    const progress = { processedRows: 500_000, totalRows: 900_000, percent: 55 };
    const left = await secondsLeft({ status: 'RUNNING', recent, progress, ranFor: 5.05 });
    expect(left).toBeCloseTo(5, 1);
  });

  test('is null once a job has read more than like jobs and the optimizer say', async () => {
    const progress = { processedRows: 2000, totalRows: 2000, percent: 99 };
    expect(await secondsLeft({ status: 'RUNNING', recent: [], progress, ranFor: 10 })).toBeNull();
    expect(await secondsLeft({ status: 'RUNNING', recent: [ran(5)], progress, ranFor: 10 })).toBeNull();
  });

  test('goes by what like jobs read when the optimizer is off by a third', async () => {
    const recent = [ran(10, ALL, 1_000_000)];
    const progress = { processedRows: 1_000_000, totalRows: 1_400_000, percent: 71 };
    expect(await secondsLeft({ status: 'RUNNING', recent, progress, ranFor: 10 })).toBeCloseTo(0, 1);
  });

  test('goes by what like jobs read when the optimizer is off by more than half for many values', async () => {
    const filter = ofUsers(200);
    const progress = { processedRows: 6000, totalRows: 9200, percent: 65 };
    const left = async (like: CanonicalFilter) =>
      secondsLeft({ status: 'RUNNING', filter: like, recent: [ran(3, like, 20_000)], progress, ranFor: 0.9 });
    expect(await left(filter)).toBeCloseTo(2.1);
    expect(await left(ALL)).toBeLessThan(1);
  });

  test('ignores a single outlier', async () => {
    const usual = Array.from({ length: 9 }, (_, job) => ran(0.1 + job / 1000));
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(600), ...usual] })).toBeLessThan(0.2);
    expect(await secondsLeft({ status: 'QUEUED', recent: [ran(600), ...usual], position: 9 })).toBeLessThan(
      1,
    );
  });

  test('is never past', async () => {
    expect(await secondsLeft({ status: 'RUNNING', recent: [ran(1)], ranFor: 2 })).toBe(0);
  });
});

test('Retry-After goes by the estimate, from one to thirty seconds; two when nothing is known', () => {
  const now = new Date(NOW);
  const after = (ms: number): number => retryAfterSeconds(new Date(NOW + ms), now);
  expect([after(0), after(1), after(4200), after(90_000)]).toEqual([1, 1, 5, 30]);
  expect(retryAfterSeconds(null, now)).toBe(2);
});

/**
 * Seconds left of a job over 2,000,000 posts that takes `wholeMs` in all, after the share `at` of this time. Its last
 * heartbeat is half a second old.
 */
async function leftOf(job: { wholeMs: number; at: number; recent: readonly RecentDuration[] }) {
  const heardMs = Math.max(job.wholeMs * job.at - 500, 200);
  const processedRows = Math.round((2_000_000 * heardMs) / job.wholeMs);
  return secondsLeft({
    status: 'RUNNING',
    recent: job.recent,
    progress: { processedRows, totalRows: 2_000_000, percent: 0 },
    ranFor: (job.wholeMs * job.at) / 1000,
    heardFor: heardMs / 1000,
  });
}

function expectGood(left: number | null, wholeMs: number, at: number): void {
  const real = (wholeMs * (1 - at)) / 1000;
  expect(left).not.toBeNull();
  expect(Math.abs((left as number) - real) / real).toBeLessThan(at < 0.25 ? 0.4 : 0.25);
}

function ran(seconds: number, filter = ALL, rows = 1000): RecentDuration {
  return { ranMs: seconds * 1000, rows, filter };
}

interface Situation {
  readonly status: ReportJob['status'];
  readonly filter?: CanonicalFilter;
  readonly progress?: ReportJob['progress'];
  readonly nextAttemptAt?: Date;
  /** Seconds since the job's claim. */
  readonly ranFor?: number;
  /** Seconds from the job's claim to its last heartbeat. */
  readonly heardFor?: number;
  readonly epoch?: number;
  readonly recent?: readonly RecentDuration[];
  readonly slots?: number;
  /** Definitions that living workers know; the job's is `known`. */
  readonly definitions?: readonly string[];
  /** Running jobs: `ranFor` is a job's age in seconds, `heardFor` is its age at the last write of its progress. */
  readonly running?: readonly { ranFor: number; heardFor?: number; percent?: number }[];
  readonly position?: number;
}

async function secondsLeft(situation: Situation): Promise<number | null> {
  const { status, recent = [], slots = 2, running = [], position = 1, ranFor, epoch = 1 } = situation;
  const { heardFor = ranFor } = situation;
  const claimedAt = ranFor === undefined ? null : new Date(NOW - ranFor * 1000);
  const job = {
    status,
    epoch,
    kind: 'posts',
    definition: 'known',
    filter: situation.filter ?? ALL,
    progress: situation.progress ?? { processedRows: 0, totalRows: null, percent: null },
    nextAttemptAt: situation.nextAttemptAt ?? null,
    claimedAt,
    heartbeatAt: claimedAt && heardFor !== undefined ? new Date(claimedAt.getTime() + heardFor * 1000) : null,
  } as ReportJob;
  const workload = {
    now: () => new Date(NOW),
    slots,
    running: running.map(({ ranFor, heardFor = ranFor, percent = null }) => ({
      claimedAt: new Date(NOW - ranFor * 1000),
      heartbeatAt: new Date(NOW - (ranFor - heardFor) * 1000),
      percent,
    })),
    definitions: situation.definitions,
    durations: recent,
  };
  const estimate = estimateCompletion(job, workload, status === 'QUEUED' ? position : null);
  return estimate === null ? null : (estimate.getTime() - NOW) / 1000;
}
