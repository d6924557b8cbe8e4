import { expect, test } from '@jest/globals';
import { BROKERS } from '../../src/adapters/broker-url.js';
import { parseChaosArguments } from './arguments.js';
import { drawFaultPlan, faultText } from './fault-plan.js';

const LOSSES = {
  'bee-queue': /flushall/,
  rabbitmq: /purge-queue[^]*delete-queue|delete-queue[^]*purge-queue/,
};

function plannedFaults(...args: readonly string[]): string[] {
  return drawFaultPlan(parseChaosArguments(args)).faults.map(faultText);
}

test.each(BROKERS)('the same seed gives the same plan for %s, another seed another plan', (broker) => {
  const [first, again, other] = ['7', '7', '8'].map((seed) =>
    plannedFaults('--broker', broker, '--seed', seed, '--kills', '30').join('\n'),
  );
  expect(first).toMatch(/kill mariadb/);
  expect(first).toMatch(LOSSES[broker]);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test('--only names the one kind of thing that faults reach', () => {
  const faults = plannedFaults('--only', 'broker', '--kills', '4');
  expect(faults).toHaveLength(6);
  expect(faults.filter((fault) => !/(kill|stop) broker|flushall/.test(fault))).toEqual([]);
});
