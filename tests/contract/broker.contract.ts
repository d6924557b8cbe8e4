import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { messageId, type AttemptMessage, type Broker } from '../../src/jobs/ports/broker.js';
import { createCollector, until } from '../support/waiting.js';

/** One server under test, and what can happen to it. */
export interface BrokerHarness {
  /** The broker of one more process. */
  connect(): Broker;
  /** A process that takes the next message and never ends it. Resolves once it has one. */
  startDoomedConsumer(): Promise<{ kill(): Promise<void> }>;
  /** Without warning. */
  stopServer(): Promise<void>;
  /** On the same address, with the data that it keeps. */
  startServer(): Promise<void>;
  loseEverything(): Promise<void>;
  /** How long a message may be stuck with a dead worker. */
  readonly redeliveryMs: number;
  /** What a dashboard shows of a message; absent where the broker keeps nothing. */
  findRecord?(
    id: string,
  ): Promise<{ state: string; progress: number; error: string | undefined } | undefined>;
  close(): Promise<void>;
}

/** What every Broker promises. */
export function brokerContract(name: string, createHarness: () => Promise<BrokerHarness>): void {
  describe(`${name} as Broker`, () => {
    let harness: BrokerHarness;
    const brokers: Broker[] = [];
    const connect = (): Broker => {
      const broker = harness.connect();
      brokers.push(broker);
      return broker;
    };
    let stopped = false;
    const stopServer = async (): Promise<void> => {
      stopped = true;
      await harness.stopServer();
    };
    const startServer = async (): Promise<void> => {
      await harness.startServer();
      stopped = false;
    };
    const connectUp = async (): Promise<Broker> => {
      const broker = connect();
      await until(() => broker.isUp());
      return broker;
    };

    beforeAll(async () => {
      harness = await createHarness();
    }, 60_000);
    afterEach(async () => {
      if (stopped) await startServer(); // a test failed meanwhile
      await Promise.all(brokers.splice(0).map((broker) => broker.close()));
      await harness.loseEverything();
    });
    afterAll(() => harness.close());

    test('brings a message from one process to another', async () => {
      const [sender, worker] = [await connectUp(), connect()];
      const delivered = createCollector<string>();
      worker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

      await sender.send(attempt('A', 3));

      expect(await delivered.next()).toBe('A-3');
    });

    test('works on as many messages at once as it may, and on no more', async () => {
      const broker = await connectUp();
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

    test('takes a message again while the first is unfinished', async () => {
      const broker = await connectUp();
      const delivered = createCollector<string>();
      await broker.send(attempt('A', 1));
      await broker.send(attempt('A', 1));

      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
      await broker.send(attempt('B', 1));

      await until(() => delivered.all.includes('B-1'));
      expect(delivered.all).toContain('A-1');
    });

    test.each(['succeeded', 'failed'])('sends afresh what has %s', async (end) => {
      const broker = await connectUp();
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
      await finished('A-1', end);

      await broker.send(attempt('A', 1));

      expect(await delivered.next()).toBe('A-1');
    });

    test.each([
      ['an error', () => Promise.reject(new Error('DATABASE_UNAVAILABLE')), 'DATABASE_UNAVAILABLE'],
      ['an error that is no code', () => Promise.reject(new Error('password=x')), 'INTERNAL'],
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what careless code does
      ['nothing', () => Promise.reject(undefined), 'INTERNAL'],
    ])('is done with a message whose handler rejects with %s, and goes on', async (_, reject, recorded) => {
      const broker = await connectUp();
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
      await finished('BAD-1', 'failed', recorded);
    });

    test('shows progress and success where it keeps records', async () => {
      const broker = await connectUp();
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

      await recorded('A-1', ({ progress }) => progress === 40);
      end();

      await finished('A-1', 'succeeded');
    });

    test('gives the message of a worker that was killed to another', async () => {
      const broker = await connectUp();
      await broker.send(attempt('A', 1));
      const doomed = await harness.startDoomedConsumer();
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });

      await doomed.kill();

      expect(await delivered.next(harness.redeliveryMs)).toBe('A-1');
    });

    test('says that it is away, refuses at once, and works again with every slot', async () => {
      const broker = await connectUp();
      const started = createCollector<() => void>();
      const ended = createCollector<void>();
      broker.consume(() => new Promise<void>((resolve) => started.add(resolve)).finally(() => ended.add()), {
        concurrency: 8,
      });
      // Every slot has worked once, and waits.
      await Promise.all(range(8).map((n) => broker.send(attempt(`I${n}`, 1))));
      for (const end of await started.take(8)) end();
      await ended.take(8);

      await stopServer();
      await until(() => !broker.isUp());
      const before = performance.now();
      await expect(broker.send(attempt('A', 1))).rejects.toThrow(/away/);
      expect(performance.now() - before).toBeLessThan(200);

      await startServer();
      await until(() => broker.isUp(), 1000);
      await Promise.all(range(8).map((n) => sendUntilTaken(broker, attempt(`J${n}`, 1))));
      for (const end of await started.take(8, 2000)) end();
    });

    test('finishes through a restart what it began before', async () => {
      const broker = await connectUp();
      const started = createCollector<() => void>();
      broker.consume(() => new Promise<void>((resolve) => started.add(resolve)), { concurrency: 1 });
      await broker.send(attempt('A', 1));
      const end = await started.next();

      await stopServer();
      end();
      await startServer();
      await until(() => broker.isUp());
      await sendUntilTaken(broker, attempt('B', 1));

      await until(() => started.all.length > 1, harness.redeliveryMs);
      for (const endRest of started.all) endRest();
      await finished('A-1', 'succeeded');
    });

    test('starts while the server is away, and works when it comes', async () => {
      await stopServer();
      const broker = connect();
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
      expect(broker.isUp()).toBe(false);
      await expect(broker.send(attempt('A', 1))).rejects.toThrow(/away/);

      await startServer();
      await until(() => broker.isUp(), 1000);
      await sendUntilTaken(broker, attempt('A', 1));

      expect(await delivered.next(2000)).toBe('A-1');
    });

    test('goes on after the server has lost everything', async () => {
      const broker = await connectUp();
      const delivered = createCollector<string>();
      broker.consume(async (message) => delivered.add(messageId(message)), { concurrency: 2 });
      await broker.send(attempt('A', 1));
      await delivered.next();

      await harness.loseEverything();
      await broker.send(attempt('A', 2));

      expect(await delivered.next(2000)).toBe('A-2');
    });

    test('a consumer that closes ends what runs, takes no more, and leaves the rest to others', async () => {
      const broker = await connectUp();
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
      connect().consume(async (message) => delivered.add(messageId(message)), { concurrency: 1 });
      expect((await delivered.take(2)).sort()).toEqual(['B-1', 'C-1']);
    });

    test('loses no message to workers that come and go', async () => {
      const broker = await connectUp();
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

    test('closes while the server is away', async () => {
      const broker = await connectUp();
      broker.consume(async () => {}, { concurrency: 2 });
      await stopServer();
      try {
        await broker.close();
      } finally {
        await startServer();
      }
    });

    async function recorded(
      id: string,
      isRight: (record: { state: string; progress: number; error: string | undefined }) => boolean,
    ): Promise<void> {
      if (harness.findRecord === undefined) return;
      await until(async () => {
        const record = await harness.findRecord?.(id);
        return record !== undefined && isRight(record);
      });
    }

    function finished(id: string, state: string, error?: string): Promise<void> {
      return recorded(
        id,
        (record) => record.state === state && (error === undefined || record.error === error),
      );
    }
  });
}

export function attempt(jobId: string, number: number): AttemptMessage {
  return { jobId, attempt: number, kind: 'posts', filter: { userIds: [1, 2], createdFrom: null } };
}

/** As the dispatcher does: a server that has just come back may need another try. */
async function sendUntilTaken(broker: Broker, message: AttemptMessage): Promise<void> {
  await until(() =>
    broker.send(message).then(
      () => true,
      () => false,
    ),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
