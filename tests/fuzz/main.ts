import { parseFuzzArguments, USAGE, UsageError, type FuzzOptions } from './arguments.js';
import type { Finding } from './findings.js';
import { runFuzz } from './run-fuzz.js';

/** Of one sort, the first few are shown. */
const SHOWN = 3;

/** `npm run fuzz`. @returns the exit code */
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
  for (const [what, some] of bySort(findings)) {
    say(`FOUND ${what} (${some.length})`);
    for (const { number, detail } of some.slice(0, SHOWN)) {
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

function bySort(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const sorts = new Map<string, Finding[]>();
  for (const finding of findings) sorts.set(finding.what, [...(sorts.get(finding.what) ?? []), finding]);
  return sorts;
}

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? 'an unknown amount' : `${Math.round(bytes / 1024 / 1024)} MB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
