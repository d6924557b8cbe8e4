import { parseArgs } from 'node:util';
import { BROKERS, type BrokerName } from '../../src/adapters/broker-url.js';
import { TARGETS, type Target } from './failover/targets.js';
import { KINDS, type Kind } from './fault-plan.js';
import { MUTANTS } from './mutants.js';

export interface ChaosOptions {
  readonly broker: BrokerName;
  readonly seed: number;
  /** Number of clients that request a report. Some send additional duplicates of their request. */
  readonly jobs: number;
  /** Number of SIGKILLs: 40 % of them to workers, 20 % each to APIs, the broker and MariaDB. */
  readonly kills: number;
  /** Number of SIGSTOPs, each followed by a SIGCONT. */
  readonly stops: number;
  /** How often the broker loses its messages: Redis by FLUSHALL, RabbitMQ because its queue is purged or deleted. */
  readonly flushes: number;
  readonly mutant: string | undefined;
  /** Instead of a normal run, test each mutant (a service with a built-in fault) with the check that should find it. */
  readonly mutants: boolean;
  /** Kills, stops and lost messages hit only this kind of process or server, and no other faults occur. */
  readonly only: Kind | undefined;
  /** Instead of a normal run, kill the leading server under a steady load and measure the recovery. */
  readonly failover: Target | undefined;
  readonly planOnly: boolean;
  /** Whether the last line on stdout is the verdict in JSON. */
  readonly json: boolean;
}

export const USAGE = `Usage: npm run chaos -- [--broker NAME] [--seed N] [--jobs J] [--kills K] [--stops S] [--flushes F]
                        [--only KIND] [--mutant NAME | --mutants] [--plan] [--json]
       npm run chaos -- --failover NAME [--seed N] [--json]

  --broker NAME ${BROKERS.join(' or ')} (default ${BROKERS[0]}); mutants run with the default only
  --seed N      of the fault plan and of what clients do (default 1)
  --jobs J      requests for a report of its own, 1 to 100,000 (default 200)
  --kills K     SIGKILLs, 0 to 1,000: 40 % workers, 20 % each APIs, the broker, MariaDB (default 10)
  --stops S     SIGSTOPs, 0 to 1,000 (default a fifth of K)
  --flushes F   times that the broker loses its messages, 0 to 1,000 (default a fifth of K)
  --only KIND   kill and stop nothing but ${KINDS.join(', ')}; only the broker loses messages then,
                and no other fault is drawn
  --mutant NAME run a damaged service, which the checker should notice:
                ${wrapped(Object.keys(MUTANTS))}
  --mutants     run the fitting check for each of them and print which were caught
  --failover N  kill the ${TARGETS.join(', ')} server that leads while fifty requests a second come:
                what was lost, how soon requests were accepted again, and the 99th percentile
  --plan        print the plan and end
  --json        print the verdict as one line of JSON, too

Exit code 0: the verdict is good; 1: it is not; 2: these arguments cannot be read.`;

/** A mistake in the command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseChaosArguments(args: readonly string[]): ChaosOptions {
  const { values } = parse(args);
  const kills = wholeNumber('--kills', values.kills, 10, 0, 1000);
  const fifth = Math.ceil(kills / 5);
  const mutant = values.mutant;
  if (mutant !== undefined && !Object.hasOwn(MUTANTS, mutant)) {
    throw new UsageError(`There is no mutant ${mutant}; known are ${Object.keys(MUTANTS).join(', ')}.`);
  }
  const only = KINDS.find((kind) => kind === values.only);
  if (only !== values.only) throw new UsageError(`--only must be one of ${KINDS.join(', ')}.`);
  if (mutant !== undefined && values.mutants)
    throw new UsageError('--mutant and --mutants exclude each other.');
  const failover = TARGETS.find((target) => target === values.failover);
  if (failover !== values.failover) throw new UsageError(`--failover must be one of ${TARGETS.join(', ')}.`);
  const broker = BROKERS.find((name) => name === values.broker);
  if (broker === undefined) {
    throw new UsageError(`There is no broker ${values.broker}; known are ${BROKERS.join(', ')}.`);
  }
  if (broker !== BROKERS[0] && (mutant !== undefined || values.mutants)) {
    throw new UsageError(`Mutants run with ${BROKERS[0]} only.`);
  }
  return {
    broker,
    seed: wholeNumber('--seed', values.seed, 1, 0, Number.MAX_SAFE_INTEGER),
    jobs: wholeNumber('--jobs', values.jobs, 200, 1, 100_000),
    kills,
    stops: wholeNumber('--stops', values.stops, fifth, 0, 1000),
    flushes: wholeNumber('--flushes', values.flushes, fifth, 0, 1000),
    mutant,
    mutants: values.mutants,
    only,
    failover,
    planOnly: values.plan,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        broker: { type: 'string', default: BROKERS[0] },
        seed: { type: 'string' },
        jobs: { type: 'string' },
        kills: { type: 'string' },
        stops: { type: 'string' },
        flushes: { type: 'string' },
        mutant: { type: 'string' },
        mutants: { type: 'boolean', default: false },
        only: { type: 'string' },
        failover: { type: 'string' },
        plan: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(
  name: string,
  text: string | undefined,
  byDefault: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return byDefault;
  if (/^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw new UsageError(
    `${name} must be a whole number from ${min} to ${max}, but is ${JSON.stringify(text)}.`,
  );
}

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (let start = 0; start < names.length; start += 4) lines.push(names.slice(start, start + 4).join(', '));
  return lines.join(',\n                ');
}
