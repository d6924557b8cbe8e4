import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BROKERS } from '../src/adapters/broker-url.js';
import type { BenchContext, SpeedClaim, ResultRow } from './claim.js';
import { CLAIMS } from './claims/index.js';
import { fillIn } from './document.js';
import { describeMachine } from './machine.js';
import { textTable, type Result } from './result.js';
import { Stage } from './stage.js';

/**
 * `npm run bench`: measures every claim about speed and memory; docs/performance.md explains them. The exit code is 1
 * when a gate is missed, or a claim could not be measured.
 */
const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '1000000' },
    pairs: { type: 'string', default: '10' },
    tries: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true },
    broker: { type: 'string', default: BROKERS.join() },
    gated: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    save: { type: 'string' },
    from: { type: 'string' },
    document: { type: 'string', multiple: true },
  },
});

const result = values.from === undefined ? await measure() : read(values.from);
const text = `${JSON.stringify(result, null, 2)}\n`;
if (values.save !== undefined) writeFileSync(values.save, text);
if (values.json) process.stdout.write(text);
else console.log(textTable(result));
for (const page of values.document ?? []) {
  writeFileSync(page, fillIn(readFileSync(page, 'utf8'), result));
  process.stderr.write(`wrote ${page}\n`);
}
const outcomes = result.claims.flatMap(({ rows }) => rows.map(({ outcome }) => outcome));
if (outcomes.includes('missed') || outcomes.includes('failed')) process.exitCode = 1;

async function measure(): Promise<Result> {
  const posts = wholeNumber('--posts', values.posts, 1000, 10_000_000);
  const pairs = wholeNumber('--pairs', values.pairs, 2, 1000);
  const tries = wholeNumber('--tries', values.tries, 1, 10);
  const names = CLAIMS.map(({ name }) => name);
  const wanted = list('--only', values.only ?? names, names);
  const brokers = list('--broker', [values.broker], BROKERS);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);

  const stage = await Stage.open(say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stage.close().finally(() => process.exit(1)));
  const found: Result = { machine: describeMachine(), posts, pairs, claims: [] };
  try {
    for (const claim of CLAIMS.filter(({ name }) => wanted.includes(name))) {
      say(`measuring ${claim.name}: ${claim.says}`);
      const startedAt = performance.now();
      const rows: ResultRow[] = [];
      for await (const row of rowsOf(claim, {
        posts,
        pairs,
        tries,
        showsUngated: !values.gated,
        stage,
        say,
        brokers,
      })) {
        rows.push(row);
        say(`  ${row.name}: ${row.measured} → ${row.outcome}`);
      }
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      found.claims.push({ name: claim.name, says: claim.says, seconds, rows });
    }
  } finally {
    await stage.close();
  }

  return found;
}

function read(path: string): Result {
  return JSON.parse(readFileSync(path, 'utf8')) as Result;
}

/** Yields the rows of a claim. An error becomes a row, so that the bench goes on to the next claim. */
async function* rowsOf(claim: SpeedClaim, context: BenchContext): AsyncIterable<ResultRow> {
  try {
    yield* claim.measure(context);
  } catch (error) {
    context.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const measured = error instanceof Error ? error.message : String(error);
    yield { name: claim.name, measured, gate: '–', control: null, outcome: 'failed', figures: {} };
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    fail(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

/** Returns the names that were given to an option. The option may be repeated, and may list names with commas. */
function list<T extends string>(option: string, given: readonly string[], known: readonly T[]): T[] {
  const names = given.flatMap((text) => text.split(','));
  const unknown = names.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) fail(`${option} must be among ${known.join(', ')}, but is ${unknown}`);
  return names as T[];
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
