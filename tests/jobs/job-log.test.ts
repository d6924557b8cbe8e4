import { afterEach, describe, expect, test } from '@jest/globals';
import {
  BadInputError,
  ResultTooLargeError,
  ServiceUnavailableError,
  SourceMismatchError,
  TimeoutError,
} from '../../src/reports/errors.js';
import { Dispatcher } from '../../src/jobs/dispatcher.js';
import { createQueuedReports } from './queued-reports.js';
import { until } from '../support/waiting.js';

const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('the log of a job', () => {
  test('logs the job, the requester and the outcome of a request', async () => {
    const queue = start();
    const { job } = await queue.request();
    await queue.request();

    const line = { requestId: 'request-1', jobId: job.id, requester: 'anonymous' };
    expect(queue.log).toEqual([
      { level: 'info', message: 'request accepted', fields: { ...line, outcome: 'created' } },
      { level: 'info', message: 'request accepted', fields: { ...line, outcome: 'coalesced' } },
    ]);
  });

  test('bears the id of the request in every line of the worker', async () => {
    const queue = start();
    work(queue);
    const { job } = await queue.request();
    (await queue.nextRun()).succeed();
    await endLogged(queue, 'SUCCEEDED');

    const lines = queue.log.filter(({ fields }) => 'attempt' in fields);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const { fields } of lines)
      expect(fields).toMatchObject({ jobId: job.id, requestId: 'request-1', attempt: 1 });
  });

  test.each([
    ['error', 'INTERNAL', new Error('a fault')],
    ['error', 'DATABASE_UNAVAILABLE', new ServiceUnavailableError('away')],
    ['error', 'TIMEOUT', new TimeoutError(1)],
    [
      'error',
      'SOURCE_MISMATCH',
      new SourceMismatchError('posts.user_id', { isFinal: true, cause: new Error('x') }),
    ],
    ['info', 'RESULT_TOO_LARGE', new ResultTooLargeError('Too many rows.')],
    ['info', 'INVALID_FILTER', new BadInputError(['userIds'], 'must be given')],
  ])('has one line at %s for a job that ends with %s', async (level, code, cause) => {
    const queue = start({ maxAttempts: 1 });
    work(queue);
    const { job } = await queue.request();
    (await queue.nextRun()).fail(cause);
    await endLogged(queue, 'FAILED');

    expect(queue.log.filter(({ fields }) => fields['err'] === cause)).toEqual([
      {
        level,
        message: 'job failed',
        fields: { jobId: job.id, attempt: 1, requestId: 'request-1', status: 'FAILED', code, err: cause },
      },
    ]);
    expect(queue.log.filter((line) => line.level === 'warn')).toEqual([]);
  });

  test('has a line at warn for a retry', async () => {
    const queue = start({ maxAttempts: 2 });
    work(queue);
    await queue.request();
    (await queue.nextRun()).fail(new Error('once'));
    await endLogged(queue, 'RETRYING');

    const [line] = queue.log.filter(({ fields }) => fields['err'] !== undefined);
    expect(line).toMatchObject({ level: 'warn', fields: { status: 'RETRYING', code: 'INTERNAL' } });
  });

  test.each([
    ['warn', 'RETRYING', 2],
    ['error', 'FAILED', 1],
  ])('has a line at %s for a lost worker whose job is then %s', async (level, status, maxAttempts) => {
    const queue = start({ maxAttempts });
    const { job } = await queue.request();
    const claimed = { ...job, epoch: 1, status, maxAttempts } as typeof job;
    let lost = [claimed];
    const dispatcher = new Dispatcher({
      store: {
        takeBackExpired: async () => lost.splice(0),
        takeDueMessages: async () => [],
        sweep: async () => {},
        pullBackTimes: async () => 0,
      },
      broker: { isUp: () => true },
      sender: queue.sender,
      events: { publish: async () => {} },
      logger: queue.logger,
      jobRetentionSeconds: 60,
      roundMs: 5,
    });
    closing.push(() => dispatcher.stop());
    await until(() => queue.log.some(({ fields }) => fields['code'] === 'WORKER_LOST'));

    const [line] = queue.log.filter(({ fields }) => fields['code'] === 'WORKER_LOST');
    expect(line).toMatchObject({ level, fields: { jobId: job.id, requestId: 'request-1', status } });
  });
});

type QueuedReports = ReturnType<typeof createQueuedReports>;

function start(options?: Parameters<typeof createQueuedReports>[0]): QueuedReports {
  const queue = createQueuedReports(options);
  closing.push(() => queue.close());
  return queue;
}

function work(queue: QueuedReports): void {
  const worker = queue.startWorker();
  closing.push(() => worker.stop());
}

/** Resolves when the log has the end of an attempt, which the worker logs after it has changed the job. */
async function endLogged(queue: QueuedReports, status: string): Promise<void> {
  await until(() => queue.log.some(({ fields }) => fields['status'] === status));
}
