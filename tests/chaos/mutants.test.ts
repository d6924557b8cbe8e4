import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { MUTANTS } from './mutants.js';
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

test('a mutant that does not fit says so', () => {
  expect(() => applyPatch(root, { file: 'package.json', from: 'no such text', to: '' })).toThrow(
    /does not fit/,
  );
});
