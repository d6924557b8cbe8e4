import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import type { Broker } from '../../src/jobs/ports/broker.js';
import { until } from '../support/waiting.js';
import { consumersContract } from './broker/consumers.js';
import { deliveryContract } from './broker/delivery.js';
import type { BrokerBench, BrokerHarness } from './broker/harness.js';
import { outagesContract } from './broker/outages.js';

/** Tests of every Broker. */
export function brokerContract(name: string, createHarness: () => Promise<BrokerHarness>): void {
  describe(`${name} as Broker`, () => {
    let harness: BrokerHarness;
    let stopped = false;
    const brokers: Broker[] = [];

    const bench: BrokerBench = {
      connect() {
        const broker = harness.connect();
        brokers.push(broker);
        return broker;
      },
      async connectUp() {
        const broker = bench.connect();
        await until(() => broker.isUp());
        return broker;
      },
      startDoomedConsumer: () => harness.startDoomedConsumer(),
      async stopServer() {
        stopped = true;
        await harness.stopServer();
      },
      async startServer() {
        await harness.startServer();
        stopped = false;
      },
      loseEverything: () => harness.loseEverything(),
      redeliveryMs: () => harness.redeliveryMs,
      async recorded(id, wanted) {
        if (harness.findRecord === undefined) return;
        await until(async () => {
          const record = { ...(await harness.findRecord?.(id)) };
          return Object.entries(wanted).every(([key, value]) => record[key as keyof typeof wanted] === value);
        });
      },
    };

    beforeAll(async () => {
      harness = await createHarness();
    });
    afterEach(async () => {
      if (stopped) await bench.startServer(); // a test failed while the server was stopped
      await Promise.all(brokers.splice(0).map((broker) => broker.close()));
      await harness.loseEverything();
    });
    afterAll(() => harness.close());

    describe('delivery', () => deliveryContract(bench));
    describe('consumers', () => consumersContract(bench));
    describe('outages', () => outagesContract(bench));
  });
}
