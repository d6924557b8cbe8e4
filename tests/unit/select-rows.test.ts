import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rowAt, ROW_ORDERS, sortedIndexes, type ReportTable } from '../../src/reports/report.js';
import { rowPosition, selectRows } from '../../src/reports/select-rows.js';

const tables = fc
  .uniqueArray(fc.record({ userId: fc.integer({ min: -50, max: 50 }), words: fc.nat(5), posts: fc.nat(5) }), {
    selector: ({ userId }) => userId,
    maxLength: 40,
  })
  .map((rows): ReportTable => {
    const sorted = rows.toSorted((a, b) => a.userId - b.userId);
    return {
      userIds: Int32Array.from(sorted, ({ userId }) => userId),
      totalWords: Float64Array.from(sorted, ({ words }) => words),
      totalPosts: Float64Array.from(sorted, ({ posts }) => posts),
    };
  });

describe('selecting rows of a report', () => {
  test('page by page gives the sorted table, in every order', async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom(...ROW_ORDERS),
        fc.integer({ min: 1, max: 7 }),
        async (table, order, limit) => {
          const expected = [...sortedIndexes(table, order)].map((index) => rowAt(table, index));
          const pages = [];
          for (;;) {
            const last = pages.at(-1);
            const after = last && rowPosition(last, order);
            const { rows, before } = await selectRows(table, order, { after, limit });
            expect(before).toBe(pages.length);
            if (rows.length === 0) break;
            pages.push(...rows);
          }
          expect(pages).toEqual(expected);
        },
      ),
    );
  });

  test('goes on after a row that is not there any more', async () => {
    const table = {
      userIds: Int32Array.of(1, 3, 5),
      totalWords: Float64Array.of(9, 7, 7),
      totalPosts: Float64Array.of(1, 1, 1),
    };
    const after = { value: 7, userId: 4 };
    expect(await selectRows(table, 'TOTAL_WORDS_DESC', { after, limit: 2 })).toEqual({
      rows: [{ userId: 5, totalWords: 7, totalPosts: 1 }],
      before: 2,
    });
  });
});
