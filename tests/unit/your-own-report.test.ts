import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { runToEnd } from '../../scripts/run-to-end.mjs';
import { toolkit } from '../../src/reports/define-report.js';
import { blocksOf } from '../support/document-blocks.js';

const page = readFileSync(join(root, 'docs/your-own-report.md'), 'utf8');
const example = readFileSync(join(root, 'examples/own-report/orders.report.ts'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'posts-report-mistakes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Each entry makes a mistake in the example's file: `to` replaces `from`. `message` is the end of the error. */
const MISTAKES: readonly (readonly [from: string, to: string, message: string])[] = [
  ["name: 'revenue-per-customer'", "name: 'Revenue'", 'name is "Revenue"; it must be like "orders-per-day".'],
  ["name: 'revenue-per-customer'", "name: 'jobs'", 'name is "jobs", which is an address of the service.'],
  [
    "name: 'revenue-per-customer'",
    "name: 'posts'",
    'name is "posts", which src/reports/kinds/posts.ts has as well.',
  ],
  ["title: 'Revenue per customer'", "title: ''", 'title must be text.'],
  [
    "text('customer'),",
    "'customer',",
    'source.columns.customer must be made by int32, int64, decimal, text or instant.',
  ],
  [
    "decimal('amount', { scale: 2 })",
    "decimal('amount', { scale: 20 })",
    'source.columns.amount must have a scale from 0 to 15.',
  ],
  [
    "amount('Sum of the amounts of the orders.', { scale: 2, total: true })",
    "'revenue'",
    'columns.revenue must be made by key.int32, key.day, key.text, count or amount.',
  ],
  [
    "count('Orders of the customer.', { total: true })",
    "key.text('Again.')",
    'columns.totalOrders is a second key.',
  ],
  ['totalOrders: count(', 'asOf: count(', 'columns.asOf has a name that is taken.'],
  ["'Orders of the customer.'", "''", 'columns.totalOrders must have a description.'],
  ['createdTo: before(', 'created_to: before(', 'filter.created_to must have a name like orderCount.'],
  [
    "createdTo: before('created_at',",
    "customer: oneOf(text('customer'), {},",
    'filter.customer and filter.customers would both be the query parameter customer.',
  ],
  [
    "customers: oneOf(text('customer'), { most: 100 },",
    "userIds: oneOf(text('customer'), { most: 100 },",
    'filter.userIds is a list of text, but a list of int32 in src/reports/kinds/posts-per-day.ts; a job shows both under one name.',
  ],
  ['most: 1_000_000', 'most: 0', 'rows.most must be a whole number from 1 to 50,000,000.'],
  ['authorize({ role', 'authorise({ role', 'authorise is not a member of a definition.'],
  ['authorize({ role', 'async authorize({ role', 'authorize must not be async.'],
  ['export default (', 'export const report = (', 'its default export is not a function'],
];

/** What another process prints for each file, because jest cannot load a file as TypeScript at run time. */
let answers: readonly string[];

beforeAll(async () => {
  const folders = [['', ''] as const, ...MISTAKES].map(([from, to], index) => {
    const folder = join(dir, String(index));
    mkdirSync(folder);
    writeFileSync(join(folder, 'orders.report.ts'), example.replace(from, to));
    return folder;
  });
  const script = `
    import { loadReports } from './src/adapters/load-reports.ts';
    for (const folder of ${JSON.stringify(folders)})
      console.log(await loadReports(folder).then(
        ({ reports }) => reports.map(({ name }) => name).join(),
        ({ message }) => message,
      ));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  answers = (await runToEnd(process.execPath, args)).trim().split('\n');
});

test.each(MISTAKES.map((mistake, index) => [...mistake, index] as const))(
  '%s as %s is reported in one sentence that the page lists',
  (from, _to, message, index) => {
    expect(example).toContain(from);
    expect(answers[index + 1]).toBe(`orders.report.ts: ${message}`);
    expect(page).toContain(`| \`${message}\``);
  },
);

test('the page lists no other mistakes', () => {
  const section = page.slice(page.indexOf('## Mistakes'), page.indexOf('## When the definition changes'));
  expect(section.match(/^\| `/gm)).toHaveLength(MISTAKES.length);
});

test("the page's definition is the example's", () => {
  expect(blocksOf('docs/your-own-report.md', 'ts')).toEqual([example]);
});

test('the page names everything in the toolkit', () => {
  for (const name of Object.keys(toolkit)) expect(page).toMatch(new RegExp(`\\b${name}\\b`));
});

test("the example's definition has at most 60 lines, and is loaded from any folder", () => {
  expect(example.split('\n').length).toBeLessThanOrEqual(61);
  expect(answers[0]).toBe('revenue-per-customer,posts,posts-per-day');
});
