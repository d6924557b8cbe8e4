import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import {
  amount,
  before,
  count,
  decimal,
  defineReport,
  equals,
  from,
  int64,
  key,
  oneOf,
  text,
} from '../../src/reports/define-report.js';
import { posts } from '../../src/reports/kinds/posts.js';

const ORDERS = {
  name: 'orders',
  title: 'Orders',
  description: 'Orders per customer.',
  source: { table: 'orders', columns: { customer: text('customer'), price: decimal('price', { scale: 2 }) } },
  filter: { customers: oneOf(text('customer'), {}, 'Only these customers.'), start: from('at', 'From.') },
  columns: { customer: key.text('The customer.'), revenue: amount('Revenue.', { scale: 2, total: true }) },
  rows: { name: 'customers', most: 1000 },
  aggregate: () => () => {},
};
const { source, filter, columns } = ORDERS;

describe('the fingerprint of a definition', () => {
  test.each<[what: string, change: object]>([
    ['name', { name: 'sales' }],
    ['table', { source: { ...source, table: 'sales' } }],
    ['column that is read', { source: { ...source, columns: { ...source.columns, id: int64('id') } } }],
    [
      'type of a column that is read',
      { source: { ...source, columns: { ...source.columns, price: int64('price') } } },
    ],
    [
      'meaning of NULL',
      { source: { ...source, columns: { ...source.columns, customer: text('customer', { nullAs: '' }) } } },
    ],
    ['member of the filter', { filter: { ...filter, end: before('at', 'Before.') } }],
    ['operator of the filter', { filter: { ...filter, customers: equals(text('customer'), 'One.') } }],
    ['column of the result', { columns: { ...columns, orders: count('Orders.') } }],
    [
      'scale of a figure',
      { columns: { ...columns, revenue: amount('Revenue.', { scale: 3, total: true }) } },
    ],
    ['total', { columns: { ...columns, revenue: amount('Revenue.', { scale: 2 }) } }],
    ['order of the columns', { filter: { start: filter.start, customers: filter.customers } }],
  ])('changes with the %s', (_, change) => {
    expect(fingerprint(change)).not.toBe(fingerprint({}));
  });

  test('does not change with words, code or limits', () => {
    expect(
      fingerprint({
        title: 'Sales',
        description: 'Other words.',
        filter: { customers: oneOf(text('customer'), { most: 5 }, 'Other.'), start: from('at', 'Other.') },
        columns: {
          customer: key.text('Other.'),
          revenue: amount('Other.', { scale: 2, total: true, inFiles: false }),
        },
        rows: { name: 'buyers', most: 7 },
        aggregate: () => () => undefined,
      }),
    ).toBe(fingerprint({}));
  });

  test('of posts is the one that the migration gives to what is stored', () => {
    const migration = readFileSync(join(root, 'migrations/20261201200000_report_kinds.ts'), 'utf8');
    expect(migration).toContain(`const POSTS_DEFINITION = '${posts.fingerprint}';`);
  });
});

function fingerprint(change: object): string {
  return defineReport({ ...ORDERS, ...change }).fingerprint;
}
