import { describe, expect, test } from '@jest/globals';
import { ReportsError } from '../../src/reports/errors.js';
import type { CanonicalFilter } from '../../src/reports/canonical-filter.js';
import type { Report } from '../../src/reports/report.js';
import { reportOf } from '../support/reports.js';
import { createTestService } from './support/service.js';

const ROWS = `query Rows($filter: PostsReportFilter, $orderBy: PostsReportOrder! = USER_ID_ASC, $first: Int! = 2, $after: String) {
  postsReport(filter: $filter) {
    rows(orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      edges { cursor node { userId totalWords } }
      nodes { userId }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;

describe('postsReport', () => {
  test('answers with the words per user and with what it says of itself', async () => {
    const service = serving(
      reportOf([
        [3, 0, 1],
        [7, 4, 2],
      ]),
    );
    const { data } = await service.ask(`{
      postsReport {
        totalUsers totalPosts totalWords asOf durationMs
        rows { nodes { userId totalWords totalPosts } }
      }
    }`);
    expect(data.postsReport).toEqual({
      totalUsers: 2,
      totalPosts: 3,
      totalWords: 4,
      asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      durationMs: expect.any(Number),
      rows: {
        nodes: [
          { userId: 3, totalWords: 0, totalPosts: 1 },
          { userId: 7, totalWords: 4, totalPosts: 2 },
        ],
      },
    });
  });

  test.each([
    ['USER_ID_ASC', [1, 2, 3]],
    ['USER_ID_DESC', [3, 2, 1]],
    ['TOTAL_WORDS_ASC', [2, 3, 1]],
    ['TOTAL_WORDS_DESC', [1, 2, 3]],
  ])('sorts by %s, equal rows by ascending user id', async (orderBy, userIds) => {
    const service = serving(
      reportOf([
        [1, 9, 1],
        [2, 5, 1],
        [3, 5, 1],
      ]),
    );
    const { data } = await service.ask(ROWS, { orderBy, first: 10 });
    expect(data.postsReport.rows.nodes.map(({ userId }: { userId: number }) => userId)).toEqual(userIds);
  });

  test('pages through its rows as Relay does', async () => {
    const service = serving(
      reportOf([
        [-2, 9, 1],
        [2, 5, 1],
        [3, 5, 1],
      ]),
    );
    const first = (await service.ask(ROWS)).data.postsReport.rows;
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ userId: -2 }, { userId: 2 }],
      pageInfo: {
        hasNextPage: true,
        hasPreviousPage: false,
        startCursor: first.edges[0].cursor,
        endCursor: first.edges[1].cursor,
      },
    });
    const second = (await service.ask(ROWS, { after: first.pageInfo.endCursor })).data.postsReport.rows;
    expect(second).toMatchObject({
      nodes: [{ userId: 3 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
  });

  test('goes on at the same place when rows came and went in between', async () => {
    let report = reportOf([
      [1, 9, 1],
      [2, 8, 1],
      [3, 7, 1],
    ]);
    const service = serving(() => report);
    const orderBy = 'TOTAL_WORDS_DESC';
    const first = (await service.ask(ROWS, { orderBy })).data.postsReport.rows;
    report = reportOf([
      [1, 9, 1],
      [3, 7, 1],
      [4, 20, 1],
      [5, 8, 1],
    ]);
    const second = (await service.ask(ROWS, { orderBy, after: first.pageInfo.endCursor })).data.postsReport
      .rows;
    expect(second.nodes).toEqual([{ userId: 5 }, { userId: 3 }]);
  });

  test.each([
    ['of another order', { orderBy: 'USER_ID_DESC' }],
    ['of another filter', { filter: { userIds: [1] } }],
  ])('refuses a cursor %s', async (_what, other) => {
    const service = serving(
      reportOf([
        [1, 9, 1],
        [2, 8, 1],
        [3, 7, 1],
      ]),
    );
    const first = (await service.ask(ROWS)).data.postsReport.rows;
    const { errors } = await service.ask(ROWS, { after: first.pageInfo.endCursor, ...other });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['after'] } }]);
  });

  test('takes absent, null and {} for the same filter', async () => {
    const seen: unknown[] = [];
    const service = serving((filter) => {
      seen.push(filter);
      return reportOf([[1, 1, 1]]);
    });
    for (const filter of [undefined, null, {}]) await service.ask(ROWS, { filter });
    expect(seen).toEqual([1, 2, 3].map(() => ({ userIds: null, createdFrom: null, createdTo: null })));
  });

  test.each(['SYNC_BUSY', 'TIMEOUT', 'SERVICE_UNAVAILABLE'] as const)('says %s', async (code) => {
    const service = serving(() => {
      throw new ReportsError(code, 'not now');
    });
    const { data, errors } = await service.ask(ROWS);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ message: 'not now', path: ['postsReport'], extensions: { code } }]);
  });

  test('says when another try makes sense, where that is known', async () => {
    const service = serving(() => {
      throw new ReportsError('SYNC_BUSY', 'not now', { retryAfterSeconds: 7 });
    });
    const { errors } = await service.ask(ROWS);
    expect(errors).toMatchObject([{ extensions: { code: 'SYNC_BUSY', retryAfterSeconds: 7 } }]);
  });

  test('is aborted when the caller hangs up', async () => {
    const hangUp = new AbortController();
    const aborted = new Promise((resolve) => {
      const service = createTestService({
        run: (_task, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              resolve(signal.aborted);
              reject(signal.reason as Error);
            });
            setImmediate(() => hangUp.abort());
          }),
      });
      void service
        .fetch('/graphql', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ query: ROWS }),
          signal: hangUp.signal,
        })
        .catch(() => {});
    });
    expect(await aborted).toBe(true);
  });
});

function serving(report: Report | ((filter: CanonicalFilter) => Report)) {
  return createTestService({
    run: async ({ filter }) => (typeof report === 'function' ? report(filter) : report),
  });
}
