import { describe, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import type { ReportJob } from '../../src/jobs/job.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { ANONYMOUS } from '../../src/reports/requester.js';
import { nextMessage } from '../../src/jobs/message-sender.js';
import { onTestEnd } from '../support/on-test-end.js';
import { readRows } from '../support/result-rows.js';
import { until, underLoad } from '../support/waiting.js';
import { createQueuedReports } from './queued-reports.js';

type QueuedReports = ReturnType<typeof createQueuedReports>;

describe('queued reports', () => {
  test('runs a requested job and saves its result', async () => {
    const queue = start();
    work(queue);
    const { job } = await queue.request();
    (await queue.nextRun()).succeed();
    const ended = await end(queue, job);
    expect(ended).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1, epoch: 1 });
    const saved = { ...ended, report: posts };
    const rows = await readRows(queue.results, saved, posts.orders[0], { offset: 0, limit: 10 });
    expect([...(rows.figures[0] ?? [])]).toEqual([3, 4]);
  });

  test('accepts a request while the broker is away, and workers find the job by themselves', async () => {
    const queue = start();
    queue.brokerServer.stop();
    const startedAt = performance.now();
    const { job } = await queue.request();
    expect(performance.now() - startedAt).toBeLessThan(underLoad(1000));
    work(queue);
    (await queue.nextRun()).succeed();
    expect(await end(queue, job)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('works on job after job while the broker is away, without a pause between them', async () => {
    const queue = start({ slots: 1 });
    queue.brokerServer.stop();
    for (let user = 1; user <= 20; user += 1) await queue.request({ userIds: [user] });
    work(queue);
    const first = await queue.nextRun();
    const startedAt = performance.now();
    first.succeed();
    for (let user = 2; user <= 20; user += 1) (await queue.nextRun()).succeed();
    expect(performance.now() - startedAt).toBeLessThan(10_000); // a look a job would take 19 seconds
  });

  test('runs no more jobs at a time than it has slots, whether message or poll brings them', async () => {
    const queue = start({ slots: 1 });
    await queue.request({ userIds: [1] });
    await queue.request({ userIds: [2] });
    work(queue);
    const first = await queue.nextRun();
    expect(await queue.store.health()).toMatchObject({ running: 1, queued: 1 });
    first.succeed();
    const second = await queue.nextRun();
    expect(await queue.store.health()).toMatchObject({ running: 1, queued: 0 });
    second.succeed();
  });

  test('records no failed attempt for a message whose job could not be claimed, and finds the job later', async () => {
    const queue = start();
    const claim = queue.store.claim.bind(queue.store);
    let claims = 0;
    queue.store.claim = async (...args) => {
      claims += 1;
      if (claims === 1) throw new ServiceUnavailableError('The database is away.');
      return await claim(...args);
    };
    work(queue);
    const { job } = await queue.request();

    const { records } = queue.brokerServer;
    const isOver = () => ['succeeded', 'failed'].includes(records.get(`${job.id}-1`)?.state ?? '');
    await until(isOver);
    expect(records.get(`${job.id}-1`)).toMatchObject({ state: 'succeeded', error: undefined });

    await queue.sender.send(nextMessage(job)); // as the dispatcher does in time
    (await queue.nextRun()).succeed();
    expect(await end(queue, job)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1 });
  });

  test('records a failed attempt without internals, and its stack for operators', async () => {
    const queue = start({ maxAttempts: 1 });
    work(queue);
    const { job } = await queue.request();
    (await queue.nextRun()).fail(new Error('mysql://root:secret@db said no'));
    const failed = await end(queue, job);
    expect(failed).toMatchObject({ status: 'FAILED', failure: { code: 'INTERNAL' } });
    expect(failed.failure?.message).not.toMatch(/mysql/);
    const [attempt] = (await queue.store.findAttempts([job.id])).get(job.id) ?? [];
    expect(attempt?.stack).toMatch(/said no/);
    expect(attempt?.stack).not.toMatch(/secret/);
  });

  test('aborts an attempt that takes too long as TIMEOUT', async () => {
    const queue = start({ maxAttempts: 1, jobTimeoutMs: 20 });
    work(queue);
    const { job } = await queue.request();
    const { signal } = await queue.nextRun();
    expect(await end(queue, job)).toMatchObject({ status: 'FAILED', failure: { code: 'TIMEOUT' } });
    expect(signal.aborted).toBe(true);
  });

  test('aborts what runs when the job is canceled, and writes nothing more', async () => {
    const queue = start();
    work(queue);
    const { job } = await queue.request();
    const { signal } = await queue.nextRun();
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await queue.store.cancel(job.id);
    await aborted;
    expect(await queue.store.find(job.id)).toMatchObject({ status: 'CANCELED' });
  });

  test('hands a running job back when it stops, and another worker runs it without a lost attempt', async () => {
    const queue = start();
    const first = queue.startWorker('first');
    const { job } = await queue.request();
    await queue.nextRun();
    await first.stop();
    expect(await queue.store.find(job.id)).toMatchObject({ status: 'QUEUED', attemptCount: 0, epoch: 1 });
    work(queue, 'second');
    const [message] = await queue.store.takeDueMessages({ limit: 10, resendAfterMs: 15_000 });
    if (message !== undefined) await queue.sender.send(message);
    (await queue.nextRun()).succeed();
    expect(await end(queue, job)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1, epoch: 2 });
  });

  test('writes progress that never falls and stays below 100 until the job has ended', async () => {
    const queue = start();
    work(queue);
    const { job } = await queue.request();
    const run = await queue.nextRun();
    const percents: (number | null)[] = [];
    const states = queue.watcher.watchJob(ANONYMOUS, job.id);
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

describe('an observer', () => {
  test.each(['before the job runs', 'while it runs', 'after it ended'])(
    'gets the end once when it comes %s',
    async (when) => {
      const queue = start();
      const { job } = await queue.request();
      const early = when.startsWith('before') ? states(queue, job) : undefined;
      work(queue);
      const run = await queue.nextRun();
      const during = when.startsWith('while') ? states(queue, job) : undefined;
      run.succeed();
      await end(queue, job);
      const seen = await (early ?? during ?? states(queue, job));
      expect(seen.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
      expect(seen.at(-1)?.status).toBe('SUCCEEDED');
      expect(queue.watcher.size).toBe(0);
    },
  );

  test('gets the end although the bus is dead', async () => {
    const queue = start();
    work(queue);
    const { job } = await queue.request();
    const run = await queue.nextRun();
    const seen = states(queue, job);
    queue.bus.stop();
    run.succeed();
    expect((await seen).at(-1)?.status).toBe('SUCCEEDED');
  });

  test('of all ends gets each of them once, also those that the bus lost', async () => {
    const queue = start({ slots: 3 });
    work(queue);
    const ends = await queue.watcher.watchEnds(ANONYMOUS);
    for (const user of [1, 2, 3]) {
      const { job } = await queue.request({ userIds: [user] });
      if (user === 2) queue.bus.stop();
      if (user === 3) queue.bus.start();
      (await queue.nextRun()).succeed();
      expect((await ends.next()).value).toMatchObject({ id: job.id, status: 'SUCCEEDED' });
    }
    let more = 0;
    void ends.next().then(({ done }) => (more += done === true ? 0 : 1));
    await new Promise((resolve) => setTimeout(resolve, 100)); // a few polls: nothing comes twice
    expect(more).toBe(0);
    await ends.return?.();
  });

  test('gets the same error for a job of another requester as for an unknown one', async () => {
    const queue = start();
    const { job } = await queue.request();
    const stranger = { name: 'stranger', role: 'viewer' } as const;
    const messages: string[] = [];
    for (const id of [job.id, '01ARZ3NDEKTSV4RRFFQ69G9999']) {
      await queue.watcher
        .watchJob(stranger, id)
        .next()
        .catch((error: Error) => messages.push(error.message.replace(id, 'ID')));
    }
    expect(messages).toHaveLength(2);
    expect(messages[0]).toBe(messages[1]);
  });

  test('that does not read is cut, and leaves nothing behind', async () => {
    const queue = start();
    const ends = await queue.watcher.watchEnds(ANONYMOUS);
    for (let user = 1; user <= 102; user += 1) {
      const { job } = await queue.request({ userIds: [user] });
      await queue.store.cancel(job.id);
    }
    await until(() => queue.watcher.size === 0);
    await expect(ends.next()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(queue.watcher.size).toBe(0);
  });
});

function start(options?: Parameters<typeof createQueuedReports>[0]): QueuedReports {
  const queue = createQueuedReports(options);
  onTestEnd(() => queue.close());
  return queue;
}

function work(queue: QueuedReports, id?: string): void {
  const worker = queue.startWorker(id);
  onTestEnd(() => worker.stop());
}

async function states(queue: QueuedReports, job: ReportJob): Promise<ReportJob[]> {
  const seen: ReportJob[] = [];
  for await (const state of queue.watcher.watchJob(ANONYMOUS, job.id)) seen.push(state);
  return seen;
}

async function end(queue: QueuedReports, job: ReportJob): Promise<ReportJob> {
  return (await states(queue, job)).at(-1) as ReportJob;
}
