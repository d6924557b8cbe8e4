import { describe, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import type { ReportJob } from '../../src/jobs/job.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { ANONYMOUS } from '../../src/reports/requester.js';
import { nextMessage } from '../../src/jobs/message-sender.js';
import { onTestEnd } from '../support/on-test-end.js';
import { until, underLoad } from '../support/waiting.js';
import { createQueuedDoor } from './queued-door.js';

type Door = ReturnType<typeof createQueuedDoor>;

describe('the queued door', () => {
  test('runs a requested job and saves its result', async () => {
    const door = openDoor();
    work(door);
    const { job } = await door.request();
    (await door.nextRun()).succeed();
    const ended = await end(door, job);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1, epoch: 1 });
    const saved = { ...ended, report: posts };
    const rows = await door.results.readRows(saved, posts.orders[0], { offset: 0, limit: 10 });
    expect([...(rows.figures[0] ?? [])]).toEqual([3, 4]);
  });

  test('accepts a request while the broker is away, and workers find the job by themselves', async () => {
    const door = openDoor();
    door.brokerServer.stop();
    const startedAt = performance.now();
    const { job } = await door.request();
    expect(performance.now() - startedAt).toBeLessThan(underLoad(1000));
    work(door);
    (await door.nextRun()).succeed();
    expect(await end(door, job)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('works on job after job while the broker is away, without a pause between them', async () => {
    const door = openDoor({ slots: 1 });
    door.brokerServer.stop();
    for (let user = 1; user <= 20; user += 1) await door.request({ userIds: [user] });
    work(door);
    const first = await door.nextRun();
    const startedAt = performance.now();
    first.succeed();
    for (let user = 2; user <= 20; user += 1) (await door.nextRun()).succeed();
    expect(performance.now() - startedAt).toBeLessThan(10_000); // a look a job would take 19 seconds
  });

  test('runs no more jobs at a time than it has slots, whoever brings them', async () => {
    const door = openDoor({ slots: 1 });
    await door.request({ userIds: [1] });
    await door.request({ userIds: [2] });
    work(door);
    const first = await door.nextRun();
    expect(await door.store.health()).toMatchObject({ running: 1, queued: 1 });
    first.succeed();
    const second = await door.nextRun();
    expect(await door.store.health()).toMatchObject({ running: 1, queued: 0 });
    second.succeed();
  });

  test('records no failed attempt for a message whose job could not be claimed, and finds the job later', async () => {
    const door = openDoor();
    const claim = door.store.claim.bind(door.store);
    let claims = 0;
    door.store.claim = async (...args) => {
      claims += 1;
      if (claims === 1) throw new ServiceUnavailableError('The database is away.');
      return await claim(...args);
    };
    work(door);
    const { job } = await door.request();

    const { records } = door.brokerServer;
    const isOver = () => ['succeeded', 'failed'].includes(records.get(`${job.id}-1`)?.state ?? '');
    await until(isOver);
    expect(records.get(`${job.id}-1`)).toMatchObject({ state: 'succeeded', error: undefined });

    await door.sender.send(nextMessage(job)); // as the dispatcher does in time
    (await door.nextRun()).succeed();
    expect(await end(door, job)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1 });
  });

  test('records a failed attempt without what is inside, and its stack for operators', async () => {
    const door = openDoor({ maxAttempts: 1 });
    work(door);
    const { job } = await door.request();
    (await door.nextRun()).fail(new Error('mysql://root:secret@db said no'));
    const failed = await end(door, job);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'INTERNAL' } });
    expect(failed.failure?.message).not.toMatch(/mysql/);
    const [attempt] = await door.store.findAttempts(job.id);
    expect(attempt?.stack).toMatch(/said no/);
    expect(attempt?.stack).not.toMatch(/secret/);
  });

  test('aborts an attempt that takes too long as TIMEOUT', async () => {
    const door = openDoor({ maxAttempts: 1, jobTimeoutMs: 20 });
    work(door);
    const { job } = await door.request();
    const { signal } = await door.nextRun();
    expect(await end(door, job)).toMatchObject({ status: 'FAILED', failure: { code: 'TIMEOUT' } });
    expect(signal.aborted).toBe(true);
  });

  test('aborts what runs when the job is canceled, and writes nothing more', async () => {
    const door = openDoor();
    work(door);
    const { job } = await door.request();
    const { signal } = await door.nextRun();
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await door.store.cancel(job.id);
    await aborted;
    expect(await door.store.find(job.id)).toMatchObject({ status: 'CANCELED' });
  });

  test('hands a running job back when it stops, and another worker runs it without a lost attempt', async () => {
    const door = openDoor();
    const first = door.startWorker('first');
    const { job } = await door.request();
    await door.nextRun();
    await first.stop();
    expect(await door.store.find(job.id)).toMatchObject({ status: 'QUEUED', attemptCount: 0, epoch: 1 });
    work(door, 'second');
    const [message] = await door.store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 });
    if (message !== undefined) await door.sender.send(message);
    (await door.nextRun()).succeed();
    expect(await end(door, job)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1, epoch: 2 });
  });

  test('writes progress that never falls and stays below 100 until the job has ended', async () => {
    const door = openDoor();
    work(door);
    const { job } = await door.request();
    const run = await door.nextRun();
    const percents: (number | null)[] = [];
    const states = door.watcher.watchJob(ANONYMOUS, job.id);
    run.progress(50, 100);
    for await (const state of states) {
      percents.push(state.progress.percent);
      if (state.progress.processedRows === 50) run.progress(40, 200);
      if (state.progress.processedRows === 40) run.progress(500, 200);
      if (state.progress.processedRows === 500) run.succeed();
    }
    const known = percents.filter((percent) => percent !== null);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(known.slice(0, -1).every((percent) => percent < 100)).toBe(true);
    expect(known.at(-1)).toBe(100);
  });
});

describe('whoever waits', () => {
  test.each(['before the job runs', 'while it runs', 'after it ended'])(
    'is told the end once when he comes %s',
    async (when) => {
      const door = openDoor();
      const { job } = await door.request();
      const early = when.startsWith('before') ? states(door, job) : undefined;
      work(door);
      const run = await door.nextRun();
      const during = when.startsWith('while') ? states(door, job) : undefined;
      run.succeed();
      await end(door, job);
      const seen = await (early ?? during ?? states(door, job));
      expect(seen.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
      expect(seen.at(-1)?.status).toBe('SUCCEEDED');
      expect(door.watcher.size).toBe(0);
    },
  );

  test('is told although the bus is dead', async () => {
    const door = openDoor();
    work(door);
    const { job } = await door.request();
    const run = await door.nextRun();
    const seen = states(door, job);
    door.bus.stop();
    run.succeed();
    expect((await seen).at(-1)?.status).toBe('SUCCEEDED');
  });

  test('for all ends is told each of them once, also those that the bus lost', async () => {
    const door = openDoor({ slots: 3 });
    work(door);
    const ends = await door.watcher.watchEnds(ANONYMOUS);
    for (const user of [1, 2, 3]) {
      const { job } = await door.request({ userIds: [user] });
      if (user === 2) door.bus.stop();
      if (user === 3) door.bus.start();
      (await door.nextRun()).succeed();
      expect((await ends.next()).value).toMatchObject({ id: job.id, status: 'SUCCEEDED' });
    }
    let more = 0;
    void ends.next().then(({ done }) => (more += done === true ? 0 : 1));
    await new Promise((resolve) => setTimeout(resolve, 100)); // a few polls: nothing comes twice
    expect(more).toBe(0);
    await ends.return?.();
  });

  test('for a job that is not his is told what he is told of one that there is not', async () => {
    const door = openDoor();
    const { job } = await door.request();
    const stranger = { name: 'stranger', role: 'viewer' } as const;
    const messages: string[] = [];
    for (const id of [job.id, '01ARZ3NDEKTSV4RRFFQ69G9999']) {
      await door.watcher
        .watchJob(stranger, id)
        .next()
        .catch((error: Error) => messages.push(error.message.replace(id, 'ID')));
    }
    expect(messages).toHaveLength(2);
    expect(messages[0]).toBe(messages[1]);
  });

  test('and does not read is cut, and leaves nothing behind', async () => {
    const door = openDoor();
    const ends = await door.watcher.watchEnds(ANONYMOUS);
    for (let user = 1; user <= 102; user += 1) {
      const { job } = await door.request({ userIds: [user] });
      await door.store.cancel(job.id);
    }
    await until(() => door.watcher.size === 0);
    await expect(ends.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(door.watcher.size).toBe(0);
  });
});

function openDoor(options?: Parameters<typeof createQueuedDoor>[0]): Door {
  const door = createQueuedDoor(options);
  onTestEnd(() => door.close());
  return door;
}

function work(door: Door, id?: string): void {
  const worker = door.startWorker(id);
  onTestEnd(() => worker.stop());
}

async function states(door: Door, job: ReportJob): Promise<ReportJob[]> {
  const seen: ReportJob[] = [];
  for await (const state of door.watcher.watchJob(ANONYMOUS, job.id)) seen.push(state);
  return seen;
}

async function end(door: Door, job: ReportJob): Promise<ReportJob> {
  return (await states(door, job)).at(-1) as ReportJob;
}
