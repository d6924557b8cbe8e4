import { describe, expect, test } from '@jest/globals';
import { rowAt } from '../../src/reports/cells.js';
import { parseFilter } from '../../src/reports/canonical-filter.js';
import { generateReport } from '../../src/reports/generate-report.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { postsPerDay } from '../../src/reports/kinds/posts-per-day.js';
import type { ReportDefinition } from '../../src/reports/report-definition.js';
import type { RowBatch } from '../../src/reports/row-batch.js';
import { AS_OF, sourceOf, textColumn } from '../support/row-batches.js';

describe('the report posts', () => {
  test('sums words and posts per user, by ascending user id', async () => {
    const { rows, summary, processedRows } = await generate(posts, [
      postsOf([7, 'a b c'], [-3, 'x']),
      postsOf([7, ''], [2_147_483_647, ' \u00a0 ']),
    ]);
    expect(rows).toEqual([
      { userId: -3, totalWords: 1, totalPosts: 1 },
      { userId: 7, totalWords: 3, totalPosts: 2 },
      { userId: 2_147_483_647, totalWords: 0, totalPosts: 1 },
    ]);
    expect(summary).toMatchObject({ rowCount: 3, totals: { totalPosts: 4, totalWords: 4 }, asOf: AS_OF });
    expect(processedRows).toBe(4);
  });

  test('grows with the number of users', async () => {
    const many = Array.from({ length: 5000 }, (_, user): [number, string] => [
      5000 - user,
      'w '.repeat(user % 4),
    ]);
    const { rows } = await generate(posts, [postsOf(...many)]);
    expect(rows).toHaveLength(5000);
    expect([rows[0]?.['userId'], rows[4999]?.['userId']]).toEqual([1, 5000]);
    expect(rows[0]?.['totalWords']).toBe(4999 % 4);
  });

  test('reads two columns, and asks for the conditions that were set', async () => {
    const source = sourceOf([]);
    await generate(posts, source, { userIds: [2, 1], createdTo: '2026-02-01T00:00:00Z' });
    expect(source.queries).toMatchObject([
      {
        table: 'posts',
        columns: [{ name: 'user_id' }, { name: 'context' }],
        conditions: [
          { operator: 'oneOf', column: { name: 'user_id' }, value: [1, 2] },
          { operator: 'before', column: { name: 'created_at' }, value: '2026-02-01T00:00:00.000Z' },
        ],
      },
    ]);
  });

  test('reports how many rows it has read', async () => {
    const seen: number[] = [];
    await generate(posts, [postsOf([1, 'a']), postsOf([1, 'b'], [2, 'c'])], null, (processed) =>
      seen.push(processed),
    );
    expect(seen).toEqual([0, 1, 3]);
  });
});

describe('the report posts-per-day', () => {
  test('sums words and posts of each day in UTC, by ascending day, also before 1970', async () => {
    const { rows, summary } = await generate(postsPerDay, [
      daysOf(['2026-01-31T23:59:59.999Z', 'a b'], ['2026-02-01T00:00:00Z', 'c']),
      daysOf(['2026-01-31T00:00:00Z', ''], ['1969-12-31T23:59:59Z', 'd e f'], ['1970-01-01T00:00:00Z', 'g']),
    ]);
    expect(rows).toEqual([
      { day: '1969-12-31', totalPosts: 1, totalWords: 3 },
      { day: '1970-01-01', totalPosts: 1, totalWords: 1 },
      { day: '2026-01-31', totalPosts: 2, totalWords: 2 },
      { day: '2026-02-01', totalPosts: 1, totalWords: 1 },
    ]);
    expect(summary).toMatchObject({ rowCount: 4, totals: { totalPosts: 5, totalWords: 7 } });
  });
});

async function generate(
  report: ReportDefinition,
  from: readonly RowBatch[] | ReturnType<typeof sourceOf>,
  filter: unknown = null,
  onProgress: (processedRows: number) => void = () => {},
) {
  const source = 'read' in from ? from : sourceOf(from);
  const done = await generateReport(report, source, parseFilter(report.filter, filter), {
    signal: new AbortController().signal,
    onProgress: ({ processedRows }) => onProgress(processedRows),
  });
  return { ...done, rows: Array.from({ length: done.table.rowCount }, (_, row) => rowAt(done.table, row)) };
}

function postsOf(...rows: readonly [userId: number, text: string][]): RowBatch {
  return {
    count: rows.length,
    columns: [Int32Array.from(rows, ([userId]) => userId), textColumn(rows.map(([, text]) => text))],
  };
}

function daysOf(...rows: readonly [createdAt: string, text: string][]): RowBatch {
  return {
    count: rows.length,
    columns: [Float64Array.from(rows, ([at]) => Date.parse(at)), textColumn(rows.map(([, text]) => text))],
  };
}
