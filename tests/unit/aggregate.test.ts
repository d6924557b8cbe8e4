import { describe, expect, test } from '@jest/globals';
import { count, defineReport, int32, key } from '../../src/reports/define-report.js';
import { TableBuilder } from '../../src/reports/table-builder.js';

const BATCH = { count: 1, columns: [Int32Array.of(7)] };

describe('aggregate', () => {
  test.each([undefined, 5, {}])('that returns %p instead of a function ends the report', (answer) => {
    expect(() => aggregateOne(() => answer)).toThrow(
      'aggregate of the report "orders" must return the function that takes each batch.',
    );
  });

  test('that returns a promise ends the report', () => {
    expect(() => aggregateOne(() => Promise.resolve(() => {}))).toThrow('must not be async');
  });

  test('ends the report when its function for batches is async, also when that rejects', async () => {
    const late = async () => await Promise.reject(new Error('late'));
    expect(() => aggregateOne(() => late)).toThrow('aggregate of the report "orders" must not be async.');
    await new Promise(setImmediate);
  });

  test('may return a function that returns a value', () => {
    expect(() => aggregateOne(() => () => 5)).not.toThrow();
  });
});

/** Aggregates one batch, as in JavaScript, without type checks. */
function aggregateOne(aggregate: () => unknown): void {
  const report = defineReport({
    name: 'orders',
    title: 'Orders',
    description: 'Orders of each shop.',
    source: { table: 'orders', columns: { shop: int32('shop') } },
    columns: { shop: key.int32('The shop.'), orders: count('Orders.') },
    rows: { name: 'shops', most: 10 },
    aggregate: aggregate as () => () => void,
  });
  const { columns, rows, source } = report;
  report.aggregate(new TableBuilder({ table: source.table, columns, most: rows.most }), {})(BATCH);
}
