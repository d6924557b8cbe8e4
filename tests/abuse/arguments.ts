import { parseArgs } from 'node:util';
import { BROKERS, type BrokerName } from '../../src/adapters/broker-url.js';
import { UsageError } from '../fuzz/arguments.js';

export interface AbuseOptions {
  readonly broker: BrokerName;
  /** If true, only a few attacks run, each with few requests, connections or jobs. */
  readonly isShort: boolean;
  /** Only attacks whose names contain this text run. */
  readonly only: string;
}

export const USAGE = `Usage: npm run abuse -- [--broker NAME] [--only TEXT] [--short]

  --broker NAME ${BROKERS.join(' or ')} (default ${BROKERS[0]})
  --only TEXT   only attacks whose names have this text
  --short       a few attacks with small counts; times are shown and not judged

Exit code 0: every rule held; 1: one was broken; 2: these arguments cannot be read.`;

/** @throws UsageError */
export function parseAbuseArguments(args: readonly string[]): AbuseOptions {
  const { values } = parse(args);
  const broker = BROKERS.find((name) => name === values.broker);
  if (broker === undefined) throw new UsageError(`There is no broker ${values.broker}.`);
  return { broker, isShort: values.short, only: values.only };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        broker: { type: 'string', default: BROKERS[0] },
        only: { type: 'string', default: '' },
        short: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
