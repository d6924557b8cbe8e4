import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { parseChaosArguments, USAGE, UsageError, type ChaosOptions } from './arguments.js';
import { drawFaultPlan, faultText, type FaultPlan } from './fault-plan.js';
import { runChaos } from './run-chaos.js';
import { printVerdict } from './print-verdict.js';

/** `npm run chaos`. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await start(parseChaosArguments(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}

async function start(options: ChaosOptions): Promise<number> {
  const plan = drawFaultPlan(options);
  printPlan(options, plan);
  if (options.planOnly) return 0;
  const verdict = await runChaos({ dir: runFolder(), seed: options.seed, jobs: options.jobs, plan, say });
  printVerdict(verdict, options, say);
  return verdict.breaches.length === 0 ? 0 : 1;
}

function printPlan(options: ChaosOptions, plan: FaultPlan): void {
  const { seed, jobs, kills, stops, flushes } = options;
  const digest = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
  say(`seed ${seed}: ${jobs} jobs, ${kills} kills, ${stops} stops, ${flushes} flushes; plan ${digest}`);
  for (const fault of [...plan.faults].sort((a, b) => a.at - b.at)) say(faultText(fault));
}

/** Below the ignored `.local/`; folders of runs that have ended go with the next run. */
function runFolder(): string {
  const local = join(root, '.local');
  mkdirSync(local, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(local)) {
    const pid = /^chaos-(\d+)$/.exec(name)?.[1];
    if (pid && !identifyProcess(Number(pid))) rmSync(join(local, name), { recursive: true, force: true });
  }
  return join(local, `chaos-${process.pid}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
