import { describe, expect, test } from '@jest/globals';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import { SimulatedQueue, type SimulatedJob } from '../support/simulated-queue.js';

/** Numbers of rows for which a job runs half a second and five seconds. */
const SIZES = [240_000, 2_000_000];
const ROUNDS = 12;
const SECOND_MS = 1000;
const ALL: CanonicalFilter = { userIds: null, createdFrom: null, createdTo: null };

interface Mix {
  /** Runs the jobs before those that the test judges. */
  readonly before: (queue: SimulatedQueue, large: number) => void;
  /** Runs a round of the jobs that the test judges. Before the first round, the queue has run no jobs of this kind. */
  readonly round: (queue: SimulatedQueue, round: number, large: number) => readonly SimulatedJob[];
}

const MIXES: Readonly<Record<string, Mix>> = {
  alone: { before: () => {}, round: (queue, round, large) => queue.run(all(large, round)) },
  'burst of six equal ones': {
    before: () => {},
    round: (queue, round, large) =>
      queue.run(...Array.from({ length: 6 }, (_, job) => ofUsers(120 + job, 0.6 * large, round))),
  },
  'small, then large': {
    before: smallOnes,
    round: (queue, round, large) => {
      if (round > 0) smallOnes(queue);
      return queue.run(all(large, round));
    },
  },
  'large, then small': {
    before: largeOnes,
    round: (queue, round, large) => {
      if (round > 0) largeOnes(queue, large);
      return queue.run(ofUsers(200, 0.35 * large, round));
    },
  },
  'after reseeding × 400': {
    before: (queue, large) => {
      for (let job = 0; job < 30; job += 1) queue.run(all(large / 400, 0));
    },
    round: (queue, round, large) => queue.run(all(large, round)),
  },
  'after reseeding × 400, while the optimizer does not know': {
    before: (queue, large) => {
      for (let job = 0; job < 30; job += 1) queue.run(all(large / 400, 0));
    },
    round: (queue, round, large) =>
      queue.run({ ...all(large, round), ...(round < 2 ? { estimatedRows: large / 400 } : {}) }),
  },
};

const CASES = Object.entries(MIXES).flatMap(([name, mix]) => SIZES.map((large) => ({ name, large, ...mix })));

describe.each(CASES)('$name, $large rows', ({ before, round, large }) => {
  const rounds = [1, 2, 3].flatMap((seed) => {
    const queue = new SimulatedQueue(seed);
    before(queue, large);
    return [Array.from({ length: ROUNDS }, (_, index) => round(queue, index, large))];
  });
  const jobs = rounds.flat(2);
  const likeSeen = rounds.flatMap((one) => one.slice(1)).flat();

  test('is off by at most 25 % when it is accepted, after similar jobs', () => {
    expect(median(likeSeen.map(errorAtRequest))).toBeLessThanOrEqual(0.25);
  });

  test('is off by at most 15 % at half time', () => {
    expect(median(jobs.map(errorAtHalfTime))).toBeLessThanOrEqual(0.15);
  });

  test('is never off by more than a factor of 3 or a second, after a second of progress', () => {
    const factors = jobs.map(largestFactor);
    expect(Math.max(...factors)).toBeLessThanOrEqual(3);
  });
});

/** The optimizer's estimate: about right in the first two rounds, later 35 % too low or 40 % too high. */
function estimateOf(rows: number, round: number): number {
  return Math.round(rows * ([0.93, 1.07][round] ?? (round % 2 === 0 ? 0.65 : 1.4)));
}

function all(rows: number, round: number) {
  return { rows, estimatedRows: estimateOf(rows, round), filter: ALL };
}

function ofUsers(users: number, rows: number, round: number) {
  const userIds = Array.from({ length: users }, (_, user) => user + users * round);
  return { rows, estimatedRows: estimateOf(rows, round), filter: { ...ALL, userIds } };
}

function smallOnes(queue: SimulatedQueue): void {
  for (let user = 0; user < 30; user += 1) {
    queue.run({ rows: 200 + user, estimatedRows: 200, filter: { ...ALL, userIds: [user] } });
  }
}

function largeOnes(queue: SimulatedQueue, large: number): void {
  for (let job = 0; job < 3; job += 1) queue.run(all(large, job));
}

/** Error of the estimate at the request, relative to the time from the request to the end; 1 without an estimate. */
function errorAtRequest({ samples, requestedAt, endedAt }: SimulatedJob): number {
  const left = samples[0]?.leftMs ?? null;
  return left === null ? 1 : Math.abs(left - (endedAt - requestedAt)) / (endedAt - requestedAt);
}

/**
 * Error of the estimate halfway from the claim to the end, relative to the time that is left; 1 without an estimate.
 */
function errorAtHalfTime({ samples, claimedAt, endedAt }: SimulatedJob): number {
  const half = (claimedAt + endedAt) / 2;
  const sample = samples.find(({ at }) => at >= half);
  if (sample === undefined || sample.leftMs === null) return 1;
  return Math.abs(sample.leftMs - (endedAt - sample.at)) / (endedAt - sample.at);
}

/**
 * The largest factor between the estimated and the actual time left, in either direction. An estimate that is right
 * within a second counts as 1.
 */
function largestFactor({ samples, endedAt }: SimulatedJob): number {
  const first = samples.find(({ hasProgress }) => hasProgress);
  if (first === undefined) return 1;
  const factors = samples
    .filter(({ at }) => at - first.at > SECOND_MS)
    .map(({ at, leftMs }) => {
      if (leftMs === null) return 1; // there is no estimate
      const reallyLeft = endedAt - at;
      if (Math.abs(leftMs - reallyLeft) <= SECOND_MS) return 1;
      return Math.max(leftMs, reallyLeft) / Math.max(1, Math.min(leftMs, reallyLeft));
    });
  return Math.max(1, ...factors);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
