import { expect, test } from '@jest/globals';
import { count, defineReport, equals, int32, key, oneOf, text } from '../../src/reports/define-report.js';
import type { FilterMember } from '../../src/reports/filter-members.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { ReportCatalog } from '../../src/reports/report-catalog.js';
import { CATALOG } from '../support/reports.js';

test('a catalog finds reports by name and by fingerprint', () => {
  expect(CATALOG.find('posts')).toBe(posts);
  expect(CATALOG.findByFingerprint(posts.fingerprint)).toBe(posts);
  expect([CATALOG.find('orders'), CATALOG.findByFingerprint('none')]).toEqual([undefined, undefined]);
  expect(() => CATALOG.get('orders')).toThrow('There is no report of the kind "orders".');
  expect(CATALOG.fingerprints).toHaveLength(2);
});

test.each([
  ['one name', 'orders', 'orders', 'which one.report.ts has as well.'],
  [
    'one name in GraphQL',
    'orders-2026',
    'orders2026',
    'which has the same GraphQL names as "orders-2026" in one.report.ts.',
  ],
])('two reports of %s are refused, and both files named', (_, one, two, reason) => {
  expect(() => catalogOf([one, {}], [two, {}])).toThrow(`two.report.ts: name is "${two}", ${reason}`);
});

test.each([
  [oneOf(int32('shop'), {}, 'Some.'), 'list of int32'],
  [equals(text('shop'), 'One.'), 'text'],
])('two filter members of one name and other types are refused, and both files named', (member, type) => {
  expect(() =>
    catalogOf(['orders', { shop: equals(int32('shop'), 'One.') }], ['sales', { shop: member }]),
  ).toThrow(
    `two.report.ts: filter.shop is a ${type}, but a int32 in one.report.ts; a job shows both under one name.`,
  );
});

test('filter members of one name and type may stand on other columns', () => {
  const catalog = catalogOf(
    ['orders', { shop: equals(int32('shop'), 'One.') }],
    ['sales', { shop: equals(int32('shop_id'), 'One.') }],
  );
  expect(catalog.reports.map(({ name }) => name)).toEqual(['orders', 'sales']);
});

function catalogOf(...reports: readonly [name: string, filter: Readonly<Record<string, FilterMember>>][]) {
  return new ReportCatalog(
    reports.map(([name, filter], index) => ({
      file: `${['one', 'two'][index]}.report.ts`,
      report: defineReport({
        name,
        title: 'Orders',
        description: 'Orders per shop.',
        source: { table: 'orders', columns: { shop: int32('shop') } },
        filter,
        columns: { shop: key.int32('The shop.'), orders: count('Orders.') },
        rows: { name: 'shops', most: 1000 },
        aggregate: (rows) => (batch) => rows.orders.add(rows.at(batch.shop), 1),
      }),
    })),
  );
}
