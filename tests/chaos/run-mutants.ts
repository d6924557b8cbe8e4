import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { drawFaultPlan, LONGEST_FAULT_MS, type FaultPlan } from './fault-plan.js';
import { MUTANT_RUN, MUTANTS, type Mutant } from './mutants.js';
import { runChaos, type Verdict } from './run-chaos.js';
import { RECOVERY_MS } from './rules/late.js';
import { makeTree } from './tree.js';

export interface MutantVerdict {
  readonly name: string;
  readonly damage: string;
  readonly caught: boolean;
  /** The rules that the mutant broke, or the complaint of its direct check. Empty if the mutant was not caught. */
  readonly by: string;
  /** What the same check finds in the unchanged service. Undefined if the service passes. */
  readonly control: string | undefined;
}

interface RunOptions {
  readonly dir: string;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Checks each mutant, and checks the unchanged service in the same way. The unchanged service has to pass. */
export async function runMutants({ dir, seed, say }: RunOptions): Promise<readonly MutantVerdict[]> {
  const verdicts: MutantVerdict[] = [];
  for (const [name, mutant] of Object.entries(MUTANTS)) {
    const { damage } = mutant;
    say(`${name}: ${damage}`);
    const options = { seed, say: () => {} };
    const found = await complaint({ ...options, dir: join(dir, name) }, mutant);
    const control = await complaint(
      { ...options, dir: join(dir, `${name}-control`) },
      { ...mutant, patches: [] },
    );
    verdicts.push({ name, damage, caught: found !== undefined, by: found ?? '', control });
    say(found === undefined ? '  NOT CAUGHT' : `  caught: ${found}`);
    if (control !== undefined) say(`  BUT the service as it is does not pass either: ${control}`);
  }
  return verdicts;
}

async function complaint(options: RunOptions, { patches, check }: Mutant): Promise<string | undefined> {
  if (check.kind === 'direct') return findDirectly(options.dir, { patches, find: check.find });
  const plan: FaultPlan = { faults: check.faults, durationMs: MUTANT_RUN.durationMs };
  const { breaches } = await runChaos({
    ...options,
    ...check,
    broker: 'bee-queue',
    jobs: MUTANT_RUN.jobs,
    plan,
    patches,
  });
  const [first] = breaches;
  if (first === undefined) return undefined;
  const rules = [...new Set(breaches.map(({ rule }) => rule))];
  return `${rules.join('; ')} (${breaches.length} breaches)`;
}

/** Checks one mutant, directly or in a planned run (see `planRun`). */
export async function runOneMutant(
  { dir, seed, say }: RunOptions,
  name: string,
  { plan, jobs }: PlannedRun,
): Promise<Verdict | string | undefined> {
  const mutant = MUTANTS[name];
  if (mutant === undefined) throw new Error(`There is no mutant ${name}`);
  const { patches, check } = mutant;
  if (check.kind === 'direct') return findDirectly(dir, { patches, find: check.find });
  return runChaos({ dir, seed, say, ...check, broker: 'bee-queue', jobs, plan, patches });
}

export interface PlannedRun {
  readonly plan: FaultPlan;
  readonly jobs: number;
}

/**
 * Draws a plan, and appends the mutant's own faults. They begin after the recovery from the drawn faults. The rate of
 * requests is at least the rate of a run that has only the mutant's faults.
 */
export function planRun(
  options: Parameters<typeof drawFaultPlan>[0],
  mutant: string | undefined,
): PlannedRun {
  const drawn = drawFaultPlan(options);
  const check = mutant === undefined ? undefined : MUTANTS[mutant]?.check;
  if (check?.kind !== 'run') return { plan: drawn, jobs: options.jobs };
  const calmAt = drawn.faults.length === 0 ? 0 : drawn.durationMs + LONGEST_FAULT_MS + RECOVERY_MS;
  const durationMs = calmAt + MUTANT_RUN.durationMs;
  const provoking = check.faults.map((fault) => ({ ...fault, at: calmAt + fault.at }));
  return {
    plan: { faults: [...drawn.faults, ...provoking], durationMs },
    jobs: Math.max(options.jobs, Math.ceil((MUTANT_RUN.jobs * durationMs) / MUTANT_RUN.durationMs)),
  };
}

async function findDirectly(
  dir: string,
  { patches, find }: Pick<Mutant, 'patches'> & { find: (tree: string) => Promise<string | undefined> },
): Promise<string | undefined> {
  const tree = join(dir, 'tree');
  try {
    await makeTree(tree, patches);
    return await find(tree);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
