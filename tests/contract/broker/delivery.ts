import { expect, test } from '@jest/globals';
import { messageId } from '../../../src/jobs/ports/broker.js';
import { createCollector, until } from '../../support/waiting.js';
import { attempt, range, type BrokerBench } from './harness.js';

export function deliveryContract(bench: BrokerBench): void {
  test('delivers a message from one process to another', async () => {
    const [sender, worker] = [await bench.connectUp(), bench.connect()];
    const delivered = createCollector<string>();
    worker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

    await sender.send(attempt('A', 3));

    expect(await delivered.next()).toBe('A-3');
  });

  test('handles as many messages at a time as its concurrency allows', async () => {
    const broker = await bench.connectUp();
    const started = createCollector<() => void>();
    let running = 0;
    let most = 0;
    broker.consume(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => started.add(resolve));
        running -= 1;
      },
      { concurrency: 3 },
    );

    await Promise.all(range(9).map((n) => broker.send(attempt(`J${n}`, 1))));
    const firstThree = await started.take(3);
    for (const end of firstThree) end();
    for (const end of await started.take(3)) end();
    for (const end of await started.take(3)) end();

    expect(most).toBe(3);
  });

  test('accepts a message again while the first one is unfinished', async () => {
    const broker = await bench.connectUp();
    const delivered = createCollector<string>();
    await broker.send(attempt('A', 1));
    await broker.send(attempt('A', 1));

    broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
    await broker.send(attempt('B', 1));

    await until(() => delivered.all.includes('B-1'));
    expect(delivered.all).toContain('A-1');
  });

  test.each(['succeeded', 'failed'])('delivers a message again that has %s', async (end) => {
    const broker = await bench.connectUp();
    const delivered = createCollector<string>();
    broker.consume(
      async (message) => {
        delivered.add(messageId(message));
        if (end === 'failed') throw new Error('TIMEOUT');
      },
      { concurrency: 1 },
    );
    await broker.send(attempt('A', 1));
    await delivered.next();
    await bench.recorded('A-1', { state: end });

    await broker.send(attempt('A', 1));

    expect(await delivered.next()).toBe('A-1');
  });

  test.each([
    ['an error', () => Promise.reject(new Error('DATABASE_UNAVAILABLE')), 'DATABASE_UNAVAILABLE'],
    ['an error that is no code', () => Promise.reject(new Error('password=x')), 'INTERNAL'],
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- rejects without an Error on purpose
    ['nothing', () => Promise.reject(undefined), 'INTERNAL'],
  ])('ends a message whose handler rejects with %s, and takes the next one', async (_, reject, code) => {
    const broker = await bench.connectUp();
    const delivered = createCollector<string>();
    broker.consume(
      (message) => {
        delivered.add(messageId(message));
        return message.jobId === 'BAD' ? reject() : Promise.resolve();
      },
      { concurrency: 1 },
    );

    await broker.send(attempt('BAD', 1));
    await broker.send(attempt('GOOD', 1));

    expect(await delivered.take(2)).toEqual(['BAD-1', 'GOOD-1']);
    await bench.recorded('BAD-1', { state: 'failed', error: code });
  });

  test('shows progress and success where it keeps records', async () => {
    const broker = await bench.connectUp();
    const step = createCollector<() => void>();
    broker.consume(
      async (_, { reportProgress }) => {
        reportProgress(40);
        await new Promise<void>((resolve) => step.add(resolve));
      },
      { concurrency: 1 },
    );
    await broker.send(attempt('A', 1));
    const end = await step.next();

    await bench.recorded('A-1', { progress: 40 });
    end();

    await bench.recorded('A-1', { state: 'succeeded' });
  });

  test('loses no message while workers start and stop', async () => {
    const broker = await bench.connectUp();
    const delivered = new Set<string>();
    const work = () =>
      broker.consume(
        async (message) => {
          delivered.add(messageId(message));
        },
        { concurrency: 4 },
      );
    const ids = range(200).map((n) => attempt(`J${n}`, 1));
    const sending = Promise.all(ids.map((message) => broker.send(message)));
    for (let round = 0; round < 5; round++) await work().close();
    await sending;
    work();

    await until(() => delivered.size === 200, 3000);
  });
}
