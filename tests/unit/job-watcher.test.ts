import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReportJob } from '../../src/jobs/job.js';
import type { Requester } from '../../src/reports/requester.js';
import { JobWatcher } from '../../src/jobs/job-watcher.js';
import { MemoryJobEvents } from '../fakes/memory-job-events.js';
import { QUEUED_JOB } from '../support/queued-job.js';
import { SILENT } from '../support/silent-logger.js';

const OBSERVERS = 5000;
const ADA: Requester = { name: 'ada', role: 'viewer' };
const GRACE: Requester = { name: 'grace', role: 'viewer' };
const OPERATOR: Requester = { name: 'root', role: 'operator' };

describe('one event for 5,000 observers', () => {
  let reads: string[];
  let events: MemoryJobEvents;
  let watcher: JobWatcher;
  let job: ReportJob;

  beforeEach(async () => {
    reads = [];
    events = new MemoryJobEvents();
    job = QUEUED_JOB;
    watcher = new JobWatcher({
      store: {
        findMany: async () => (reads.push('findMany'), [job]),
        listEndedSince: async () => (reads.push('listEndedSince'), []),
        now: async () => (reads.push('now'), new Date()),
      },
      events,
      logger: SILENT,
      pollMs: 3_600_000,
    });
    await turns(3); // the bus has connected and called onGap
  });
  afterEach(() => watcher.close());

  const cancel = async () => {
    job = { ...job, status: 'CANCELED', version: 2, completedAt: new Date() };
    reads = [];
    await events.publish({ jobId: job.id, version: job.version });
  };

  test('reads the row of a job once, however many watch it', async () => {
    const streams = times(OBSERVERS).map(() => watcher.watchJob(ADA, job.id));
    const first = await Promise.all(streams.map((stream) => stream.next()));
    expect(first.map(({ value }) => (value as ReportJob).status)).toEqual(first.map(() => 'QUEUED'));
    expect(reads.length).toBeLessThanOrEqual(2);

    const ends = streams.map((stream) => stream.next());
    await cancel();

    const statuses = (await Promise.all(ends)).map(({ value }) => (value as ReportJob).status);
    expect(statuses).toEqual(statuses.map(() => 'CANCELED'));
    expect(reads).toEqual(['findMany']);
  });

  test('reads the row of an ended job once, however many watch for ends', async () => {
    const streams = await Promise.all(times(OBSERVERS).map(() => watcher.watchEnds(ADA)));
    expect(reads.filter((read) => read !== 'now').length).toBeLessThanOrEqual(2);
    await turns(10);

    const ends = streams.map((stream) => stream.next());
    await cancel();

    const ids = (await Promise.all(ends)).map(({ value }) => (value as ReportJob).id);
    expect(ids).toEqual(ids.map(() => job.id));
    expect(reads).toEqual(['findMany']);
  });

  test('checks for each observer whether it may see the job', async () => {
    const requesters = times(OBSERVERS).map((n) => [ADA, GRACE, OPERATOR][n % 3] as Requester);
    const received = new Map<string, number>();
    const streams = await Promise.all(requesters.map((requester) => watcher.watchEnds(requester)));
    await turns(10);
    for (const [index, stream] of streams.entries()) {
      const { name } = requesters[index] as Requester;
      const receive = () => void received.set(name, (received.get(name) ?? 0) + 1);
      void stream.next().then(receive, () => {}); // a stream that gets nothing is cut when the watcher closes
    }
    const watching = requesters.map((requester) => watcher.watchJob(requester, job.id).next());
    const seen = await Promise.allSettled(watching);

    await cancel();
    await turns(2 * (OBSERVERS / 50) + 20);

    const count = (one: Requester) => requesters.filter((requester) => requester === one).length;
    expect(Object.fromEntries(received)).toEqual({ ada: count(ADA), root: count(OPERATOR) });
    for (const [index, { status }] of seen.entries()) {
      expect(status).toBe(requesters[index] === GRACE ? 'rejected' : 'fulfilled');
    }
  });

  test('lets other work run after every few observers', async () => {
    const streams = await Promise.all(times(OBSERVERS).map(() => watcher.watchEnds(ADA)));
    await turns(10);
    let turn = 0;
    const notifiedInTurn: number[] = [];
    const all = Promise.all(
      streams.map(async (stream) => {
        await stream.next();
        notifiedInTurn[turn] = (notifiedInTurn[turn] ?? 0) + 1;
      }),
    );
    const over = new AbortController();
    const others = (async () => {
      while (!over.signal.aborted) {
        await turns(1);
        turn += 1;
      }
    })();

    await cancel();
    await all;
    over.abort();
    await others;

    expect(notifiedInTurn.reduce((sum, notified) => sum + notified, 0)).toBe(OBSERVERS);
    expect(Math.max(...notifiedInTurn.filter((notified) => notified > 0))).toBeLessThanOrEqual(100);
  });
});

describe('a watcher that was closed', () => {
  test('cuts observers that come later or are about to begin', async () => {
    const store = { findMany: async () => [], listEndedSince: async () => [], now: async () => new Date() };
    const watcher = new JobWatcher({ store, events: new MemoryJobEvents(), logger: SILENT });
    const beginning = watcher.watchEnds(ADA);
    watcher.close();

    const streams = [
      watcher.watchJob(ADA, '01ARZ3NDEKTSV4RRFFQ69G0001'),
      await beginning,
      await watcher.watchEnds(ADA),
    ];

    for (const stream of streams)
      await expect(stream.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(watcher.size).toBe(0);
  });
});

function times(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('ends are published after the clock of the store was set back, each once', async () => {
  let now = Date.parse('2026-01-01T12:00:00Z');
  const jobs: ReportJob[] = [];
  const events = new MemoryJobEvents();
  const watcher = new JobWatcher({
    store: {
      findMany: async (ids) => jobs.filter(({ id }) => ids.includes(id)),
      listEndedSince: async (since) => jobs.filter(({ completedAt }) => completedAt && completedAt >= since),
      now: async () => new Date(now),
    },
    events,
    logger: SILENT,
    pollMs: 3_600_000,
  });
  const endJob = async (id: string) => {
    const completedAt = new Date(now);
    jobs.push({ ...QUEUED_JOB, id, requestedBy: 'ada', status: 'CANCELED', version: 2, completedAt });
    await events.publish({ jobId: id, version: 2 });
  };
  /** Adds an observer, which makes the watcher read the clock as a poll does. */
  const lookAtTheClock = async () => {
    await watcher.watchEnds(ADA);
    await turns(5);
  };
  try {
    await turns(3); // the bus has connected and called onGap
    const ends = await watcher.watchEnds(ADA);
    await endJob('1');
    expect((await ends.next()).value).toMatchObject({ id: '1' });
    now -= 3_600_000;
    await lookAtTheClock();
    await endJob('2');
    expect((await ends.next()).value).toMatchObject({ id: '2' });
    now += 3_600_000; // the end of job 1 is in the present again
    await lookAtTheClock();
    await endJob('3');
    expect((await ends.next()).value).toMatchObject({ id: '3' });
  } finally {
    watcher.close();
  }
});
