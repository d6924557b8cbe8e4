import { expect, test } from '@jest/globals';
import {
  BrokerAwayError,
  messageId,
  type AttemptMessage,
  type Broker,
} from '../../../src/jobs/ports/broker.js';
import { createCollector, until, underLoad } from '../../support/waiting.js';
import { attempt, range, type BrokerBench } from './harness.js';

export function outagesContract(bench: BrokerBench): void {
  test('reports that the server is away, rejects at once, and works again with every slot', async () => {
    const broker = await bench.connectUp();
    const started = createCollector<() => void>();
    const ended = createCollector<void>();
    broker.consume(() => new Promise<void>((resolve) => started.add(resolve)).finally(() => ended.add()), {
      concurrency: 8,
    });
    // At first every slot handles one message, so that it waits for the next one.
    await Promise.all(range(8).map((n) => broker.send(attempt(`I${n}`, 1))));
    for (const end of await started.take(8)) end();
    await ended.take(8);

    await bench.stopServer();
    await until(() => !broker.isUp());
    const before = performance.now();
    await expect(broker.send(attempt('A', 1))).rejects.toThrow(BrokerAwayError);
    expect(performance.now() - before).toBeLessThan(underLoad(200));

    await bench.startServer();
    await until(() => broker.isUp(), 1000);
    await Promise.all(range(8).map((n) => sendUntilTaken(broker, attempt(`J${n}`, 1))));
    for (const end of await started.take(8, 2000)) end();
  });

  test('finishes a message that was delivered before a restart of the server', async () => {
    const broker = await bench.connectUp();
    const started = createCollector<() => void>();
    broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), { concurrency: 1 });
    await broker.send(attempt('A', 1));
    const end = await started.next();

    await bench.stopServer();
    end();
    await bench.startServer();
    await until(() => broker.isUp());
    await sendUntilTaken(broker, attempt('B', 1));

    await until(() => started.all.length > 1, bench.redeliveryMs());
    for (const endRest of started.all) endRest();
    await bench.recorded('A-1', { state: 'succeeded' });
  });

  test('starts while the server is away, and works when the server is up', async () => {
    await bench.stopServer();
    const broker = bench.connect();
    const delivered = createCollector<string>();
    broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
    expect(broker.isUp()).toBe(false);
    await expect(broker.send(attempt('A', 1))).rejects.toThrow(BrokerAwayError);

    await bench.startServer();
    await until(() => broker.isUp(), 1000);
    await sendUntilTaken(broker, attempt('A', 1));

    expect(await delivered.next(2000)).toBe('A-1');
  });

  test('works after the server has lost all data', async () => {
    const broker = await bench.connectUp();
    const delivered = createCollector<string>();
    broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
    await broker.send(attempt('A', 1));
    await delivered.next();

    await bench.loseEverything();
    await broker.send(attempt('A', 2));

    expect(await delivered.next(2000)).toBe('A-2');
  });

  test('closes while the server is away', async () => {
    const broker = await bench.connectUp();
    broker.consume(async () => {}, { concurrency: 2 });
    await bench.stopServer();
    try {
      await broker.close();
    } finally {
      await bench.startServer();
    }
  });
}

/** Repeats the send, as the dispatcher does, because a server may fail once more after its start. */
async function sendUntilTaken(broker: Broker, message: AttemptMessage): Promise<void> {
  await until(() =>
    broker.send(message).then(
      () => true,
      () => false,
    ),
  );
}
