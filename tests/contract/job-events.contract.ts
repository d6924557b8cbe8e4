import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { JobEvent, JobEvents } from '../../src/jobs/ports/job-events.js';
import { createCollector, until, type Collector, underLoad } from '../support/waiting.js';

/** An event bus, and the faults that tests cause in it. */
export interface JobEventsHarness {
  /** Connects to the bus, as one more process does. */
  connect(): JobEvents;
  /** Kills the server with SIGKILL. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** Breaks every connection of a listener. The server keeps running. */
  cutListeners(): Promise<void>;
  close(): Promise<void>;
}

interface Ears {
  readonly events: JobEvents;
  readonly heard: Collector<JobEvent>;
  readonly gaps: Collector<number>;
  readonly unsubscribe: () => void;
}

/** Tests that every JobEvents must pass. */
export function jobEventsContract(name: string, createHarness: () => Promise<JobEventsHarness>): void {
  describe(`${name} as JobEvents`, () => {
    let harness: JobEventsHarness;
    const open: JobEvents[] = [];
    const connect = (): Ears => {
      const events = harness.connect();
      open.push(events);
      return { events, ...listen(events) };
    };
    /** Resolves after the listener's first gap, from which on the listener misses no event. */
    const connectUp = async (): Promise<Ears> => {
      const ears = connect();
      await ears.gaps.next();
      return ears;
    };

    beforeAll(async () => {
      harness = await createHarness();
    });
    afterEach(() => Promise.all(open.splice(0).map((events) => events.close())));
    afterAll(() => harness.close());

    test('notifies every listener of every process, the publishing one included', async () => {
      const [here, there] = [await connectUp(), await connectUp()];
      const second = listen(there.events);

      await here.events.publish({ jobId: 'A', version: 7 });

      for (const { heard } of [here, there, second]) {
        expect(await heard.next()).toEqual({ jobId: 'A', version: 7 });
      }
    });

    test('keeps the order of one publisher', async () => {
      const [here, there] = [await connectUp(), await connectUp()];
      const versions = Array.from({ length: 500 }, (_, n) => n + 1);

      await Promise.all(versions.map((version) => here.events.publish({ jobId: 'A', version })));

      const heard = await there.heard.take(500);
      expect(heard.map(({ version }) => version)).toEqual(versions);
    });

    test('notifies no listener that has unsubscribed', async () => {
      const ears = await connectUp();
      const rest = listen(ears.events);
      ears.unsubscribe();

      await ears.events.publish({ jobId: 'A', version: 1 });

      await rest.heard.next();
      expect(ears.heard.all).toEqual([]);
    });

    test('says that there was a gap after a break, and misses nothing from then on', async () => {
      const ears = await connectUp();

      await harness.cutListeners();
      await ears.gaps.next();
      await ears.events.publish({ jobId: 'A', version: 2 });

      expect(await ears.heard.next()).toEqual({ jobId: 'A', version: 2 });
    });

    test('publishes without an error while the bus is away, and works again when it is back', async () => {
      const ears = await connectUp();
      await harness.stopServer();
      const before = performance.now();
      await ears.events.publish({ jobId: 'A', version: 1 });
      expect(performance.now() - before).toBeLessThan(underLoad(1000));

      await harness.startServer();
      await ears.gaps.next(2000);
      await until(async () => {
        await ears.events.publish({ jobId: 'A', version: 2 });
        return ears.heard.all.length > 0;
      });

      expect(ears.heard.all[0]).toEqual({ jobId: 'A', version: 2 });
    });

    test('starts while the bus is away, and works when the bus is up', async () => {
      await harness.stopServer();
      const ears = connect();
      await ears.events.publish({ jobId: 'A', version: 1 });

      await harness.startServer();
      await ears.gaps.next(2000);
      await until(async () => {
        await ears.events.publish({ jobId: 'A', version: 2 });
        return ears.heard.all.length > 0;
      });
    });

    test('closes while the bus is away', async () => {
      const ears = await connectUp();
      await harness.stopServer();
      const never = connect();
      try {
        await Promise.all([ears.events.close(), never.events.close()]);
      } finally {
        await harness.startServer();
      }
    });
  });
}

function listen(events: JobEvents): Omit<Ears, 'events'> {
  const heard = createCollector<JobEvent>();
  const gaps = createCollector<number>();
  const unsubscribe = events.subscribe({
    onEvent: (event) => heard.add(event),
    onGap: () => gaps.add(performance.now()),
  });
  return { heard, gaps, unsubscribe };
}
