import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { JobReads } from '../../src/http/job-reads/job-reads.js';
import type { ReportJob } from '../../src/jobs/job.js';
import type { ReadStores } from '../../src/http/job-reads/requester-reads.js';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import { QUEUED_JOB } from '../support/queued-job.js';

const ADA = { name: 'ada' };
const GRACE = { name: 'grace' };

describe('reads for answers', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('of many jobs are one read', async () => {
    const { reads, calls } = stage();
    const jobs = [job('a'), job('b'), job('c')];
    const answers = Promise.all(jobs.map((one) => reads.of(ADA).attemptsOf(one)));
    await begun();
    expect(calls).toMatchObject([{ method: 'findAttempts', asked: ['a', 'b', 'c'] }]);
    calls[0]?.resolve(new Map([['b', ['an attempt']]]));
    expect(await answers).toEqual([[], ['an attempt'], []]);
  });

  test('of the same job are shared while they are under way, and made afresh afterwards', async () => {
    const { reads, calls } = stage();
    const first = reads.of(ADA).attemptsOf(job('a'));
    await begun();
    const second = reads.of(ADA).attemptsOf(job('a'));
    calls[0]?.resolve(new Map());
    await Promise.all([first, second]);
    void reads.of(ADA).attemptsOf(job('a'));
    await begun();
    expect(calls).toHaveLength(2);
  });

  test('show no attempts that are older than the job', async () => {
    const { reads, calls } = stage();
    void reads.of(ADA).attemptsOf(job('a', 1));
    await begun();
    void reads.of(ADA).attemptsOf(job('a', 2));
    await begun();
    expect(calls).toHaveLength(2);
  });

  test.each(['find', 'listJobs'])('%s shares no read that began before the call', async (method) => {
    const { reads, calls } = stage();
    const ask = () =>
      void (method === 'find' ? reads.of(ADA).find('a') : reads.of(ADA).listJobs({ limit: 5 }));
    ask();
    ask();
    await begun();
    expect(calls).toHaveLength(1);
    ask();
    await begun();
    expect(calls).toHaveLength(2);
  });

  test('of one requester leave room for the next', async () => {
    const { reads, calls } = stage();
    for (let limit = 1; limit <= 480; limit += 1) void reads.of(ADA).listJobs({ limit });
    await begun();
    expect(calls).toHaveLength(2);
    void reads.of(GRACE).find('a');
    await begun();
    expect(calls.at(-1)).toMatchObject({ method: 'findMany', asked: ['a'] });
  });

  test('find positions and estimates of many jobs by two reads, and the workload once a second', async () => {
    const { reads, calls } = stage();
    const jobs = [job('a'), job('b')];
    const answers = Promise.all(jobs.map((one) => reads.of(ADA).detailsOf(one)));
    await begun();
    expect(calls).toMatchObject([{ method: 'workload', asked: ['posts'] }]);
    calls[0]?.resolve({ ...WORKLOAD, definitions: ['d'] });
    await begun();
    expect(calls[1]).toMatchObject({ method: 'countAhead', asked: jobs.map(({ id }) => ({ id })) });
    calls[1]?.resolve([0, 5]);
    expect(await answers).toMatchObject([{ queuePosition: 1 }, { queuePosition: 6 }]);

    void reads.of(GRACE).detailsOf(job('c'));
    await begun();
    expect(calls.slice(2)).toMatchObject([{ method: 'countAhead' }]);
  });

  test('take no workload as known that lacks the duration of a job that they saw end', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { reads, calls } = stage();
    const workloadReads = async () => {
      void reads.of(ADA).estimatedCompletionAt({ ...job('a'), status: 'RUNNING' });
      await begun();
      return calls.filter(({ method }) => method === 'workload').length;
    };
    const saw = async (completedAt: Date | null) => {
      void reads.of(ADA).find('b');
      await begun();
      calls.at(-1)?.resolve([{ ...job('b'), completedAt }]);
      await begun();
    };
    expect(await workloadReads()).toBe(1);
    calls[0]?.resolve(WORKLOAD);
    await begun();

    await saw(null);
    await saw(new Date(WORKLOAD.now.getTime() - 1));
    jest.advanceTimersByTime(100);
    expect(await workloadReads()).toBe(1);

    await saw(new Date(WORKLOAD.now.getTime() + 1));
    expect(await workloadReads()).toBe(2);
  });

  test('ask for no position of a job that is not QUEUED', async () => {
    const { reads, calls } = stage();
    expect(await reads.of(ADA).queuePosition({ ...job('a'), status: 'RETRYING' })).toBeNull();
    expect(calls).toEqual([]);
  });

  test('show a job without its details when these cannot be read', async () => {
    const { reads, calls } = stage();
    const details = reads.of(ADA).detailsOf(job('a'));
    await begun();
    for (const call of calls) call.reject(new ServiceUnavailableError('away'));
    expect(await details).toEqual({ queuePosition: null, estimatedCompletionAt: null, retryAfter: 2 });
  });
});

const WORKLOAD = { now: new Date(), slots: 2, running: [], definitions: undefined, durations: new Map() };

function job(id: string, version = 1): ReportJob {
  return { ...QUEUED_JOB, id, version };
}

/** A store whose reads end when the test says so. */
function stage() {
  const calls: {
    method: string;
    asked: unknown;
    resolve: (answer: unknown) => void;
    reject: (error: Error) => void;
  }[] = [];
  const store = new Proxy(
    {},
    {
      get: (_target, method: string) => (asked: unknown) =>
        new Promise((resolve, reject) => calls.push({ method, asked, resolve, reject })),
    },
  );
  const logger = { debug() {} };
  return { reads: new JobReads({ store, results: {}, logger } as unknown as ReadStores), calls };
}

/** Resolves when the requested reads have reached the store. */
async function begun(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}
