import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { CLAIMS, type Verdict } from './claims.js';
import { withPosts } from './posts-database.js';

/** `npm run bench [-- --posts N --pairs N --only NAME --json]`: every claim about speed and memory, measured here and now. */
const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '1000000' },
    pairs: { type: 'string', default: '10' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const posts = wholeNumber('--posts', values.posts, 1000, 10_000_000);
const pairs = wholeNumber('--pairs', values.pairs, 2, 1000);
const claims = CLAIMS.filter(({ name }) => values.only === undefined || name === values.only);
if (claims.length === 0) fail(`--only must be one of ${CLAIMS.map(({ name }) => name).join(', ')}`);

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const verdicts = await withPosts(posts, say, async (context) => {
  const done: Verdict[] = [];
  for (const claim of claims) {
    say(`measuring ${claim.name}: ${claim.says}`);
    const verdict = await claim.measure({ ...context, pairs });
    done.push(verdict);
    say(`  ${verdict.measured} → ${verdict.outcome}`);
  }
  return done;
});

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
if (values.json) process.stdout.write(`${JSON.stringify({ machine, posts, pairs, verdicts }, null, 2)}\n`);
else {
  console.log(`\n${machine}; ${posts.toLocaleString('en')} posts, ${pairs} pairs\n`);
  console.table(Object.fromEntries(verdicts.map(({ name, ...verdict }) => [name, verdict])));
}
if (verdicts.some(({ outcome }) => outcome === 'missed')) process.exitCode = 1;

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    fail(`${name} must be a whole number from ${min} to ${max}`);
  return value;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
