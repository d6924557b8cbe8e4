import { parseFuzzArguments, USAGE, UsageError, type FuzzOptions } from './arguments.js';
import type { Finding } from './findings.js';
import { runFuzz } from './run-fuzz.js';

/** Number of findings that are printed for each kind of finding. */
const SHOWN_OF_A_KIND = 3;

/** Runs the command `npm run fuzz`. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await start(parseFuzzArguments(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function start(options: FuzzOptions): Promise<number> {
  const { seed, broker, count, only } = options;
  say(`${broker}, seed ${seed}: ${only === undefined ? `${count} cases` : `case ${only}`}`);
  const { sent, findings, longestPauseMs, heldBefore, heldAfter } = await runFuzz(options, say);
  for (const [what, some] of byKind(findings)) {
    say(`FOUND ${what} (${some.length})`);
    for (const { number, detail } of some.slice(0, SHOWN_OF_A_KIND)) {
      say(`  ${detail}`);
      if (number !== undefined)
        say(`  again: npm run fuzz -- --seed ${seed} --broker ${broker} --only ${number}`);
    }
  }
  say(
    `sent ${sent}; longest pause of the event loop ${Math.round(longestPauseMs)} ms; ` +
      `held ${megabytes(heldBefore)} after the first cases, ${megabytes(heldAfter)} at the end`,
  );
  say(`seed ${seed}: ${findings.length === 0 ? 'nothing was found' : `${findings.length} findings`}`);
  return findings.length === 0 ? 0 : 1;
}

function byKind(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) kinds.set(finding.what, [...(kinds.get(finding.what) ?? []), finding]);
  return kinds;
}

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? 'an unknown amount' : `${Math.round(bytes / 1024 / 1024)} MB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
