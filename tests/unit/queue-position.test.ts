import { describe, expect, test } from '@jest/globals';
import { findQueuePosition } from '../../src/jobs/queue-position.js';

describe('the place in the queue', () => {
  const job = { id: 'a', status: 'QUEUED' } as const;

  test('is counted for a QUEUED job', async () => {
    expect(await findQueuePosition({ store: { queuePosition: async () => 3 } }, job)).toBe(3);
  });

  test('is the first one for a job that is shown as QUEUED, and that a worker has taken meanwhile', async () => {
    expect(await findQueuePosition({ store: { queuePosition: async () => undefined } }, job)).toBe(1);
  });

  test.each(['RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED'] as const)(
    'is none for a job that is %s',
    async (status) => {
      const store = { queuePosition: () => Promise.reject(new Error('was asked')) };
      expect(await findQueuePosition({ store }, { ...job, status })).toBeNull();
    },
  );
});
