import { describe, expect, test } from '@jest/globals';
import { BROKERS } from '../../src/adapters/broker-url.js';
import { parseAbuseArguments } from './arguments.js';
import { brokenRules } from './outcome.js';
import { runAbuse } from './run-abuse.js';

describe('npm run abuse', () => {
  test('small attacks leave nothing behind, and another client is served during them', async () => {
    const broken = [];
    let attacks = 0;
    for await (const outcome of runAbuse({ broker: BROKERS[0], isShort: true, only: '' })) {
      attacks += 1;
      broken.push(...brokenRules(outcome, { timed: false }).map((rule) => `${outcome.attack}: ${rule}`));
    }
    expect(broken).toEqual([]);
    expect(attacks).toBeGreaterThan(5);
  }, 240_000);

  test('names arguments that it cannot read', () => {
    expect(() => parseAbuseArguments(['--broker', 'kafka'])).toThrow(/no broker kafka/);
    expect(() => parseAbuseArguments(['--shrt'])).toThrow(/--shrt/);
  });
});
