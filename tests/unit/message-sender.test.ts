import { expect, test } from '@jest/globals';
import type { AttemptMessage } from '../../src/jobs/ports/broker.js';
import type { Accepted } from '../../src/jobs/ports/job-store.js';
import { ANONYMOUS } from '../../src/reports/requester.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { requestReport } from '../../src/jobs/request-report.js';
import { MessageSender } from '../../src/jobs/message-sender.js';
import { QUEUED_JOB } from '../support/queued-job.js';
import { EVERYTHING } from '../support/reports.js';
import { SILENT } from '../support/silent-logger.js';

const MESSAGE: AttemptMessage = {
  jobId: '01ARZ3NDEKTSV4RRFFQ69G0001',
  attempt: 1,
  kind: 'posts',
  filter: { userIds: [1] },
};

test('a request is answered while the broker has not confirmed its message', async () => {
  const { sender } = createSender();
  const accept = async (): Promise<Accepted> => ({ job: QUEUED_JOB, outcome: 'created' });

  const accepted = await requestReport(
    {
      store: { accept },
      sender,
      newJobId: () => MESSAGE.jobId,
      maxAttempts: 3,
      maxOpenJobs: 10_000,
      logger: SILENT,
    },
    ANONYMOUS,
    { report: posts, requestId: 'request-1', filter: EVERYTHING },
  );

  expect(accepted.outcome).toBe('created');
});

test('a process that stops waits for messages in flight, and until rejected messages are marked as unsent', async () => {
  const { sender, confirm, refuse, unsent } = createSender();
  void sender.send(MESSAGE);
  void sender.send({ ...MESSAGE, attempt: 2 });
  let drained = false;
  const draining = sender.drain().then(() => {
    drained = true;
  });

  confirm();
  await new Promise(setImmediate);
  expect(drained).toBe(false);
  refuse();
  await draining;

  expect(unsent).toEqual([2]);
  await sender.drain();
});

/** Creates a sender to a broker that answers only when the test says so, the oldest message first. */
function createSender() {
  const waiting: { resolve: () => void; reject: (cause: Error) => void }[] = [];
  const unsent: number[] = [];
  const sender = new MessageSender({
    broker: { send: () => new Promise<void>((resolve, reject) => waiting.push({ resolve, reject })) },
    store: {
      markUnsent: async ({ attempt }) => {
        await new Promise(setImmediate);
        unsent.push(attempt);
      },
    },
    logger: SILENT,
  });
  return {
    sender,
    unsent,
    confirm: () => waiting.shift()?.resolve(),
    refuse: () => waiting.shift()?.reject(new Error('full')),
  };
}
