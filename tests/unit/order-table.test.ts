import { expect, test } from '@jest/globals';
import { array, assert, integer, nat, oneof, property, tuple } from 'fast-check';
import { orderTable } from '../../src/adapters/mysql/order-table.js';
import { ROW_ORDERS, sortTable } from '../../src/reports/report.js';

const total = oneof(nat({ max: 5 }), nat({ max: 70_000 }), integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));

test('tables are ordered as the core orders them', () => {
  assert(
    property(array(tuple(total, total), { maxLength: 200 }), (rows) => {
      const table = {
        userIds: Int32Array.from(rows, (_, row) => row - 100),
        totalWords: Float64Array.from(rows, ([words]) => words),
        totalPosts: Float64Array.from(rows, ([, posts]) => posts),
      };
      for (const order of ROW_ORDERS) expect(orderTable(table, order)).toEqual(sortTable(table, order));
    }),
  );
});
