import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/project.mjs';

/**
 * Creates a folder for REPORTS_DIR outside the checkout, with the definitions of examples/own-report and of this
 * folder.
 */
export function createReportsFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-own-'));
  for (const folder of ['examples/own-report', 'tests/e2e/own-report'])
    for (const name of readdirSync(join(root, folder)))
      if (name.endsWith('.report.ts')) cpSync(join(root, folder, name), join(dir, name));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
