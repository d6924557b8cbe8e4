import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { drawFaultPlan } from './fault-plan.js';
import { MUTANT_RUN, MUTANTS, type Mutant } from './mutants.js';
import { RECOVERY_MS } from './rules/late.js';
import { planRun } from './run-mutants.js';
import { applyPatch } from './tree.js';

test.each(Object.entries(MUTANTS))('the mutant %s fits the sources as they are', (_, { patches }) => {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  try {
    for (const { file } of patches) cpSync(join(root, file), join(dir, file), { recursive: true });
    for (const patch of patches) applyPatch(dir, patch);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test.each(Object.keys(MUTANTS))('a run for %s ends with what provokes it, undisturbed', (name) => {
  const { check } = MUTANTS[name] as Mutant;
  for (const seed of [1, 20, 225_682]) {
    const options = { broker: 'bee-queue', seed, jobs: 1, kills: 6, stops: 2, flushes: 2 } as const;
    const drawn = drawFaultPlan(options);
    const { plan, jobs } = planRun(options, name);
    const own = plan.faults.slice(drawn.faults.length);
    const calmAt = plan.durationMs - MUTANT_RUN.durationMs;

    expect(plan.faults.slice(0, drawn.faults.length)).toEqual(drawn.faults);
    if (check.kind === 'direct') continue;
    expect(own.map((fault) => ({ ...fault, at: fault.at - calmAt }))).toEqual(check.faults);
    expect(calmAt).toBeGreaterThanOrEqual(Math.max(...drawn.faults.map(({ at }) => at)) + RECOVERY_MS);
    expect(jobs / plan.durationMs).toBeGreaterThanOrEqual(MUTANT_RUN.jobs / MUTANT_RUN.durationMs);
  }
});

test('a mutant that does not fit says so', () => {
  expect(() => applyPatch(root, { file: 'package.json', from: 'no such text', to: '' })).toThrow(
    /does not fit/,
  );
});
