import { parseArgs } from 'node:util';
import { BROKERS, type BrokerName } from '../../src/adapters/broker-url.js';

export interface FuzzOptions {
  readonly broker: BrokerName;
  readonly seed: number;
  /** Number of cases to send. */
  readonly count: number;
  /** Number of the only case to send, so that a finding can be reproduced; undefined to send all cases. */
  readonly only: number | undefined;
}

export const USAGE = `Usage: npm run fuzz -- [--seed N] [--count N] [--only N] [--broker NAME]

  --seed N      of all cases (default 1)
  --count N     cases, 1 to 1,000,000 (default 2000)
  --only N      send only the case of this number, as the report of a run names it
  --broker NAME ${BROKERS.join(' or ')} (default ${BROKERS[0]})

Exit code 0: nothing was found; 1: something was; 2: these arguments cannot be read.`;

/** An error in the command's arguments. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseFuzzArguments(args: readonly string[]): FuzzOptions {
  const { values } = parse(args);
  const broker = BROKERS.find((name) => name === values.broker);
  if (broker === undefined) throw new UsageError(`There is no broker ${values.broker}.`);
  return {
    broker,
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31 - 1),
    count: wholeNumber('--count', values.count, 1, 1_000_000),
    only: values.only === undefined ? undefined : wholeNumber('--only', values.only, 0, 1_000_000),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        count: { type: 'string', default: '2000' },
        only: { type: 'string' },
        broker: { type: 'string', default: BROKERS[0] },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new UsageError(
    `${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(text)}.`,
  );
}
