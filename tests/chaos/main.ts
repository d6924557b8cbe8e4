import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { parseChaosArguments, USAGE, UsageError, type ChaosOptions } from './arguments.js';
import { runFailover } from './failover/run-failover.js';
import type { Target } from './failover/targets.js';
import { faultText } from './fault-plan.js';
import { runChaos } from './run-chaos.js';
import { planRun, runMutants, runOneMutant, type PlannedRun } from './run-mutants.js';
import { printVerdict } from './print-verdict.js';

const ACCEPTING_AGAIN_MS = 5000;

/**
 * Runs `npm run chaos`.
 *
 * @returns the exit code
 */
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
  const { broker, seed, mutant } = options;
  if (options.mutants) return startMutants(options);
  if (options.failover !== undefined) return startFailover(options.failover, options);
  const planned = planRun(options, mutant);
  const { plan, jobs } = planned;
  printPlan(options, planned);
  if (options.planOnly) return 0;
  const run = { dir: runFolder(), seed, say };
  const verdict =
    mutant === undefined
      ? await runChaos({ ...run, broker, jobs, plan })
      : await runOneMutant(run, mutant, planned);
  if (verdict === undefined || typeof verdict === 'string') {
    say(verdict === undefined ? `the mutant ${mutant} was NOT caught` : `FAILED: ${verdict}`);
    return verdict === undefined ? 0 : 1;
  }
  printVerdict(verdict, options, say);
  return verdict.breaches.length === 0 ? 0 : 1;
}

/** Resolves with exit code 0 if every mutant is caught and the unchanged service passes each check. */
async function startMutants({ seed, json }: ChaosOptions): Promise<number> {
  const verdicts = await runMutants({ dir: runFolder(), seed, say });
  const caught = verdicts.filter((verdict) => verdict.caught && verdict.control === undefined);
  for (const { name, caught: isCaught, by } of verdicts)
    say(`${name.padEnd(26)} ${isCaught ? `caught: ${by}` : 'NOT CAUGHT'}`);
  say(`mutants caught: ${caught.length} of ${verdicts.length}`);
  if (json) say(JSON.stringify({ seed, verdicts }));
  return caught.length === verdicts.length ? 0 : 1;
}

/** Resolves with exit code 0 if no job was lost and requests were accepted again in time. */
async function startFailover(target: Target, { seed, json }: ChaosOptions): Promise<number> {
  const figures = await runFailover({ dir: runFolder(), target, seed, say });
  const { accepted, refused, lost, switchedMs, acceptingAgainMs, p99Ms } = figures;
  say(`${accepted} accepted, ${refused} refused, ${lost} lost`);
  say(
    `switched ${switchedMs} ms after the kill, accepting again ${acceptingAgainMs} ms later; p99 ${p99Ms} ms`,
  );
  if (json) say(JSON.stringify({ seed, target, ...figures }));
  return lost === 0 && acceptingAgainMs <= ACCEPTING_AGAIN_MS ? 0 : 1;
}

function printPlan({ broker, seed, kills, stops, flushes }: ChaosOptions, { plan, jobs }: PlannedRun): void {
  const digest = createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
  say(
    `${broker}, seed ${seed}: ${jobs} jobs, ${kills} kills, ${stops} stops, ${flushes} flushes; plan ${digest}`,
  );
  for (const fault of [...plan.faults].sort((a, b) => a.at - b.at)) say(faultText(fault));
}

/** Returns a folder below `.local/`, which git ignores. Deletes the folders of earlier runs. */
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
