import { expect, test } from '@jest/globals';
import { messageId } from '../../../src/jobs/ports/broker.js';
import { createCollector } from '../../support/waiting.js';
import { attempt, type BrokerBench } from './harness.js';

export function consumersContract(bench: BrokerBench): void {
  test('delivers the message of a killed worker to another worker', async () => {
    const broker = await bench.connectUp();
    await broker.send(attempt('A', 1));
    const doomed = await bench.startDoomedConsumer();
    const delivered = createCollector<string>();
    broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

    await doomed.kill();

    expect(await delivered.next(bench.redeliveryMs())).toBe('A-1');
  });

  test('a consumer that closes finishes its message, takes no more, and leaves the others to other consumers', async () => {
    const broker = await bench.connectUp();
    const started = createCollector<() => void>();
    const consumer = broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), {
      concurrency: 1,
    });
    await broker.send(attempt('A', 1));
    await broker.send(attempt('B', 1));
    const end = await started.next();

    let closed = false;
    const closing = consumer.close().then(() => {
      closed = true;
    });
    await broker.send(attempt('C', 1));
    expect(closed).toBe(false);
    end();
    await closing;
    expect(started.all).toHaveLength(1);

    const delivered = createCollector<string>();
    bench.connect().consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
    expect((await delivered.take(2)).sort()).toEqual(['B-1', 'C-1']);
  });
}
