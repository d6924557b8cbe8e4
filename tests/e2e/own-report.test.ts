import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAwkwardTable } from './own-report/awkward-rows.js';
import {
  INTERFACES,
  graphql,
  requestByRest,
  resultByRest,
  send,
  type Caller,
  type Request,
} from './own-report/interfaces.js';
import { AWKWARD, compareBytes, grouped, keyOf, REVENUE } from './own-report/grouped.js';
import { startShopService, type ShopService } from './own-report/shop-service.js';
import type { Shop } from './own-report/shop.js';
import { sourceFaults } from './own-report/source-faults.js';

let stage: ShopService;
let shop: Shop;
let operator: Caller;
let ann: Caller;
let bob: Caller;

beforeAll(async () => {
  stage = await startShopService(createAwkwardTable, {
    AUTH_TOKENS: 'olga:operator:open,Ann:viewer:ann,Bob:viewer:bob',
    JOB_MAX_ATTEMPTS: '200',
    RETRY_BASE_MS: '20',
  });
  shop = stage.shop;
  [operator, ann, bob] = ['open', 'ann', 'bob'].map((token) => ({ url: stage.api.url, token })) as [
    Caller,
    Caller,
    Caller,
  ];
}, 180_000);

afterAll(() => stage?.stop());

describe.each(Object.entries(INTERFACES))('%s', (_name, readRows) => {
  test('has the rows that GROUP BY BINARY has', async () => {
    expect(await readRows(operator, REVENUE, {})).toEqual(await grouped(shop, REVENUE));
    expect(await readRows(operator, AWKWARD, {})).toEqual(await grouped(shop, AWKWARD));
  });

  test('has every condition of the filter', async () => {
    const request: Request = {
      filter: {
        customers: ['Ann', 'Bob'],
        createdFrom: '2026-01-02T10:00:00Z',
        createdTo: '2026-02-01T01:00:00+01:00',
      },
      body: {
        customers: ['Ann', 'Bob'],
        created_from: '2026-01-02T10:00:00Z',
        created_to: '2026-02-01T01:00:00+01:00',
      },
      query: [
        ['customer', 'Ann'],
        ['customer', 'Bob'],
        ['created_from', '2026-01-02T10:00:00Z'],
        ['created_to', '2026-02-01T01:00:00+01:00'],
      ],
    };
    const condition = `customer IN ('Ann', 'Bob')
      AND created_at >= '2026-01-02 10:00:00' AND created_at < '2026-02-01 00:00:00'`;
    expect(await readRows(operator, REVENUE, request)).toEqual(await grouped(shop, REVENUE, condition));
  });

  test('compares text by its bytes', async () => {
    const labels = ['a', '=SUM(A1:A9)', 'two\r\nlines', '漢'.repeat(250)];
    const request: Request = {
      filter: { labels },
      body: { labels },
      query: labels.map((label) => ['label', label]),
    };
    const rows = await readRows(operator, AWKWARD, request);
    expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(labels));
    expect(
      await readRows(operator, AWKWARD, { filter: { only: 0 }, body: { only: 0 }, query: [['points', '0']] }),
    ).toEqual(await grouped(shop, AWKWARD, 'points = 0'));
  });

  test('shows a viewer the customer of their name, and refuses others', async () => {
    const own = await readRows(ann, REVENUE, {});
    expect(own).toEqual(await grouped(shop, REVENUE, "BINARY customer = 'Ann'"));
    const others: Request = {
      filter: { customers: ['Bob'] },
      body: { customers: ['Bob'] },
      query: [['customer', 'Bob']],
    };
    await expect(readRows(ann, REVENUE, others)).rejects.toThrow(
      /FORBIDDEN.*A viewer may report only|A viewer may report only.*FORBIDDEN/,
    );
    expect(await readRows(bob, REVENUE, others)).toEqual(
      await grouped(shop, REVENUE, "BINARY customer = 'Bob'"),
    );
  });
});

describe('a saved report', () => {
  test.each([REVENUE, AWKWARD])('of $kind is the same set of rows in each order', async (report) => {
    const rows = await grouped(shop, report);
    const id = await requestByRest(operator, report, {});
    for (const [index, column] of Object.values(report.columns).entries())
      for (const sign of ['', '-']) {
        const expected = rows.toSorted((a, b) => {
          const by = index === 0 ? compareBytes(a, b, column) : Number(a[column]) - Number(b[column]);
          return (sign === '-' ? -by : by) || compareBytes(a, b, keyOf(report));
        });
        expect(await resultByRest(operator, id, `order_by=${sign}${column}`)).toEqual(expected);
      }
  });

  test('of two viewers who send the same request are two jobs with the filters that they run with', async () => {
    const ids = [await requestByRest(ann, REVENUE, {}), await requestByRest(bob, REVENUE, {})];
    expect(new Set(ids).size).toBe(2);
    const filters = await Promise.all(
      ids.map(async (id) => {
        const response = await send(operator, 'GET', `/api/2.0/report/jobs/${id}`);
        return ((await response.json()) as { data: { filter: unknown } }).data.filter;
      }),
    );
    expect(filters).toMatchObject([{ customers: ['Ann'] }, { customers: ['Bob'] }]);
    expect((await send(bob, 'GET', `/api/2.0/report/jobs/${ids[0]}`)).status).toBe(404);
  });
});

test('reportKinds and OpenAPI describe the reports of the folder', async () => {
  const { reportKinds } = await graphql<{ reportKinds: { name: string; title: string }[] }>(
    operator,
    '{ reportKinds { name title } }',
  );
  expect(reportKinds).toContainEqual({ name: REVENUE.kind, title: 'Revenue per customer' });
  const openapi = (await (await send(operator, 'GET', '/openapi.json')).json()) as { paths: object };
  expect(Object.keys(openapi.paths)).toEqual(
    expect.arrayContaining([`/api/1.0/report/${REVENUE.kind}`, `/api/2.0/report/${REVENUE.kind}`]),
  );
});

// These tests run last, because they drop a table of the shop.
sourceFaults(() => ({ shop, operator, viewer: ann }));
