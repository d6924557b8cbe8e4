import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';

const ORDERS = `({ defineReport, key, count, text }) => defineReport({
  name: 'orders', title: 'Orders', description: 'Orders per customer.',
  source: { table: 'orders', columns: { customer: text('customer') } },
  columns: { customer: key.text('The customer.'), orders: count('Orders.') },
  rows: { name: 'customers', most: 1000 },
  aggregate: (rows) => (batch) => rows.orders.add(rows.at(batch.customer), 1),
})`;

describe('the reports of a folder', () => {
  let dir = '';

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'reports-'));
  });

  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  test('in TypeScript and JavaScript come before those that ship; other files are not loaded', () => {
    write('orders.report.ts', `const unused: number = 1;\nexport default ${ORDERS}`);
    write('sales.report.mjs', `export default ${ORDERS.replace("'orders'", "'sales'")}`);
    write('orders.ts', 'throw new Error("not a report")');
    expect(load()).toBe('orders sales posts posts-per-day');
  });

  test.each<[mistake: string, file: string, text: string, message: string]>([
    [
      'a definition with a mistake',
      'a.report.mjs',
      `export default ${ORDERS.replace("'orders'", "'Orders'")}`,
      'name is "Orders"',
    ],
    [
      'a column without a type',
      'a.report.ts',
      `export default ${ORDERS.replace("text('customer')", "'customer'")}`,
      'source.columns.customer must be made by',
    ],
    ['a syntax error', 'a.report.mjs', 'export default (', 'Unexpected end of input'],
    [
      'a syntax error in TypeScript',
      'a.report.ts',
      'const a: number = 1;\n\nconst b = ;',
      'line 3: Unexpected ";"',
    ],
    [
      'a mistake in an async function',
      'a.report.mjs',
      `export default async ${ORDERS.replace("'orders'", "'Orders'")}`,
      'name is "Orders"',
    ],
    ['no default export', 'a.report.mjs', 'export const orders = 1', 'its default export is not a function'],
    [
      'another value',
      'a.report.mjs',
      'export default () => ({})',
      'its function does not return defineReport(…)',
    ],
    [
      'a name that ships',
      'a.report.mjs',
      `export default ${ORDERS.replace("'orders'", "'posts'")}`,
      'name is "posts", which src/reports/kinds/posts.ts has as well.',
    ],
  ])('are refused with the name of the file: %s', (_, file, text, message) => {
    write('z.report.mjs', `export default ${ORDERS}`);
    write(file, text);
    expect(load()).toMatch(`DefinitionError: ${file}: ${message}`);
  });

  test('cannot be in a folder that is not there', () => {
    rmSync(dir, { recursive: true });
    expect(load()).toMatch(`DefinitionError: REPORTS_DIR=${dir} cannot be read: ENOENT`);
    mkdirSync(dir);
  });

  function write(name: string, text: string): void {
    writeFileSync(join(dir, name), text);
  }

  /** Loads the reports in another process, as a worker does. Returns their names, or the error. */
  function load(): string {
    const program = `
      import { loadReports } from ${JSON.stringify(join(root, 'src/adapters/load-reports.ts'))};
      const answer = await loadReports(${JSON.stringify(dir)}).then(
        ({ reports }) => reports.map(({ name }) => name).join(' '),
        (error) => error.name + ': ' + error.message,
      );
      process.stdout.write(answer);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(stderr).toBe('');
    return stdout;
  }
});
