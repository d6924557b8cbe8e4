import { expect, test } from '@jest/globals';
import { BROKERS } from '../../src/adapters/broker-url.js';
import { parseFuzzArguments } from './arguments.js';
import { runFuzz } from './run-fuzz.js';

test('400 seeded cases end no process, find no 5xx but 503, no leak, no pause and no observer that stays', async () => {
  const { sent, findings } = await runFuzz(
    { broker: BROKERS[0], seed: 2, count: 400, only: undefined },
    () => {},
  );
  expect(findings).toEqual([]);
  expect(sent).toBe(400);
}, 240_000);

test('arguments that cannot be read are named', () => {
  expect(() => parseFuzzArguments(['--count', '0'])).toThrow(
    /--count must be a whole number from 1 to 1000000/,
  );
  expect(() => parseFuzzArguments(['--broker', 'kafka'])).toThrow(/no broker kafka/);
  expect(() => parseFuzzArguments(['--sed', '1'])).toThrow(/--sed/);
});
