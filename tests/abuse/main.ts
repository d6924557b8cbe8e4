import { UsageError } from '../fuzz/arguments.js';
import { parseAbuseArguments, USAGE, type AbuseOptions } from './arguments.js';
import { brokenRules, RULES, tableOf, type Outcome } from './outcome.js';
import { runAbuse } from './run-abuse.js';

/** Runs `npm run abuse`. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await start(parseAbuseArguments(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function start(options: AbuseOptions): Promise<number> {
  const timed = !options.isShort;
  const outcomes: Outcome[] = [];
  let broken = 0;
  say(`One client attacks while another one uses the service. Rules:\n  ${RULES}.`);
  for await (const outcome of runAbuse(options)) {
    outcomes.push(outcome);
    const rules = brokenRules(outcome, { timed });
    broken += rules.length;
    say(`${rules.length === 0 ? 'held  ' : 'BROKEN'} ${outcome.attack}`);
    for (const rule of rules) say(`       ${rule}`);
  }
  say(`\n${tableOf(outcomes)}\n`);
  say(broken === 0 ? 'every rule held' : `${broken} rules were broken`);
  return broken === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
