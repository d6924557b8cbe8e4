import { describe, expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

const service = createTestService();
const filtered = 'query Q($filter: PostsReportFilter) { postsReport(filter: $filter) { totalUsers } }';
const paged = 'query Q($first: Int!) { jobs(first: $first) { totalCount } }';

describe('bad input', () => {
  test.each<[what: string, query: string, variables: object | undefined, where: RegExp]>([
    [
      'a date that is none',
      filtered,
      { filter: { createdFrom: 'yesterday' } },
      /filter\.createdFrom.*RFC 3339/,
    ],
    [
      'a date without an offset',
      filtered,
      { filter: { createdTo: '2026-01-01T00:00:00' } },
      /filter\.createdTo/,
    ],
    ['a day that does not exist', filtered, { filter: { createdTo: '2026-02-30T00:00:00Z' } }, /createdTo/],
    ['a number for a date', filtered, { filter: { createdFrom: 5 } }, /createdFrom.*must be a string/],
    [
      'a literal date that is none',
      '{ postsReport(filter: { createdFrom: "x" }) { totalUsers } }',
      undefined,
      /"x"/,
    ],
    [
      'a literal number for a date',
      '{ postsReport(filter: { createdFrom: 5 }) { totalUsers } }',
      undefined,
      /found 5/,
    ],
    [
      'a range that ends before it begins',
      filtered,
      { filter: { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-01T00:00:00Z' } },
      /createdFrom must be before createdTo/,
    ],
    ['an empty list of users', filtered, { filter: { userIds: [] } }, /userIds must not be empty/],
    ['too many users', filtered, { filter: { userIds: Array(1001).fill(1) } }, /at most 1000.*1001/],
    ['a user id of 33 bits', filtered, { filter: { userIds: [1, 2 ** 31] } }, /userIds\[1\].*32-bit/],
    [
      'a literal of 33 bits',
      '{ postsReport(filter: { userIds: 2147483648 }) { totalUsers } }',
      undefined,
      /2147483648/,
    ],
    ['text for a number', filtered, { filter: { userIds: ['1'] } }, /userIds\[0\].*non-integer/],
    ['a fraction', filtered, { filter: { userIds: [1.5] } }, /userIds\[0\].*1\.5/],
    ['a list for an object', filtered, { filter: [] }, /filter/],
    ['an unknown member', filtered, { filter: { userId: [1] } }, /"userId" is not defined/],
    ['an unknown literal member', '{ postsReport(filter: { user: 1 }) { totalUsers } }', undefined, /"user"/],
    ['an unknown enum value', '{ jobs(status: [DONE]) { totalCount } }', undefined, /"DONE"/],
    ['an empty list of states', '{ jobs(status: []) { totalCount } }', undefined, /status must not be empty/],
    ['first: 0', paged, { first: 0 }, /first must be .* 1 to 1000/],
    ['a negative first', paged, { first: -1 }, /first must be .*but is -1/],
    ['a huge first', paged, { first: 1001 }, /first must be/],
    ['a first beyond 32 bits', paged, { first: 1e12 }, /"\$first".*32-bit/],
    ['text for first', '{ jobs(first: "x") { totalCount } }', undefined, /"x"/],
    ['null for first', paged, { first: null }, /"\$first".*must not be null/],
    ['no first at all', paged, {}, /"\$first".*was not provided/],
    ['rows(first: 0)', '{ postsReport { rows(first: 0) { totalCount } } }', undefined, /first must be/],
    ['a broken cursor', '{ jobs(after: "!!") { totalCount } }', undefined, /after is not a cursor/],
    [
      "another list's cursor",
      `{ failedJobs(after: "${Buffer.from('jobs|2026-01-01T00:00:00.000Z|01ARZ3NDEKTSV4RRFFQ69G5FAV').toString('base64url')}") { totalCount } }`,
      undefined,
      /after is not a cursor/,
    ],
    ['an id that is an object', 'query Q($id: ID!) { job(id: $id) { id } }', { id: {} }, /"\$id"/],
    [
      'a date before the year 1000',
      '{ failedJobs(since: "0999-01-01T00:00:00Z") { totalCount } }',
      undefined,
      /1000 to 9999/,
    ],
  ])('%s is BAD_USER_INPUT, and is told where', async (_what, query, variables, where) => {
    const { errors } = await service.ask(query, variables);
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
    expect(errors?.[0]?.message).toMatch(where);
  });

  test.each([
    ['{ jobs { nope } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ jobs(nope: 1) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query Q($a: Int) { jobs(first: $a, after: $b) { totalCount } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ jobs {', 'GRAPHQL_PARSE_FAILED'],
    ['', 'GRAPHQL_PARSE_FAILED'],
    ['query A { __typename } query B { __typename }', 'BAD_USER_INPUT'],
  ])('%j is %s', async (query, code) => {
    const { errors } = await service.ask(query);
    expect(new Set(errors?.map(({ extensions }) => extensions['code']))).toEqual(new Set([code]));
  });

  test('says which argument the core refused', async () => {
    const { errors } = await service.ask(filtered, { filter: { userIds: [] } });
    expect(errors).toMatchObject([{ path: ['postsReport'], extensions: { field: ['filter', 'userIds'] } }]);
  });

  test('takes __proto__ and constructor for what they are', async () => {
    const response = await service.fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{"query": ${JSON.stringify(filtered)}, "variables": {"filter": {"__proto__": {"x": 1}, "constructor": 1}}}`,
    });
    expect(await response.json()).toMatchObject({
      errors: [{ message: /__proto__/ }, { message: /constructor/ }].map(({ message }) => ({
        message: expect.stringMatching(message),
        extensions: { code: 'BAD_USER_INPUT' },
      })),
    });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  test.each([50_000])('survives %d nested lists', async (depth) => {
    const body = `{"query": ${JSON.stringify(filtered)}, "variables": {"filter": ${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const response = await service.fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: body.slice(0, 100_000),
    });
    expect(response.status).toBeLessThan(500);
  });
});
