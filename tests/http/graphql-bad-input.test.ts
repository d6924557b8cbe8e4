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
  ])('%s is BAD_USER_INPUT, and the error says where', async (_what, query, variables, where) => {
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

  test.each([
    ['lists', '['.repeat(2000)],
    ['objects', '{a:'.repeat(900)],
  ])('refuses a document of nested %s without parsing it', async (_what, value) => {
    const { errors } = await service.ask(`{jobs(after:${value}`);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    expect(service.logged('error')).toEqual([]);
  });

  test.each<[what: string, query: string, variables: object]>([
    ['51 wrong entries of a list', filtered, { filter: { userIds: Array(51).fill('x') } }],
    [
      '8,000 unknown members',
      filtered,
      { filter: Object.fromEntries(Array.from({ length: 8000 }, (_, n) => [`m${n}`, 1])) },
    ],
    ['a long text for a date', filtered, { filter: { createdFrom: 'x'.repeat(50_000) } }],
    ['a long text for a number', paged, { first: 'x'.repeat(50_000) }],
    [
      'a long enum value',
      'query Q($s: [ReportJobStatus!]) { jobs(status: $s) { totalCount } }',
      { s: ['x'.repeat(50_000)] },
    ],
    [
      'a long cursor',
      'query Q($after: String) { jobs(after: $after) { totalCount } }',
      { after: 'x'.repeat(50_000) },
    ],
  ])(
    '%s are refused in a bounded answer, and nothing is logged as a fault',
    async (_what, query, variables) => {
      const response = await service.post('/graphql', { query, variables });
      const text = await response.text();
      expect(text.length).toBeLessThan(120_000);
      const { errors } = JSON.parse(text) as { errors: { extensions: { code: string } }[] };
      expect(errors.length).toBeLessThanOrEqual(100);
      expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
      expect(service.logged('error')).toEqual([]);
    },
  );

  test('names at most 100 mistakes of a document', async () => {
    const { errors } = await service.ask(`{ ${Array.from({ length: 800 }, (_, n) => `n${n}`).join(' ')} }`);
    expect(errors).toHaveLength(100);
  });

  test('names at most 100 errors of an answer', async () => {
    const own = createTestService();
    own.store.findAttempts = () => Promise.reject(new Error('broken'));
    for (let user = 1; user <= 110; user += 1) await own.request({ filter: { userIds: [user] } });
    const ids = (await own.ask('{ jobs(first: 110) { nodes { id } } }')).data.jobs.nodes as { id: string }[];
    const fields = ids.map(({ id }, n) => `j${n}: job(id: "${id}") { attempts { number } }`).join(' ');
    const { errors } = await own.ask(`{ ${fields} }`);
    expect(errors).toHaveLength(100);
  });

  test('survives 50,000 nested lists', async () => {
    const depth = 50_000;
    const body = `{"query": ${JSON.stringify(filtered)}, "variables": {"filter": ${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const response = await service.fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: body.slice(0, 100_000),
    });
    expect(response.status).toBeLessThan(500);
  });

  test.each(['subscription { reportCompleted @skip(if: true) { id } }'])(
    'a subscription without a field is one error by HTTP and SSE: %s',
    async (query) => {
      for (const accept of ['application/json, text/event-stream;q=0.5', 'text/event-stream']) {
        const text = await (await service.post('/graphql', { query }, { accept })).text();
        expect(text.match(/GRAPHQL_VALIDATION_FAILED/g)).toHaveLength(1);
      }
      expect(service.logged('error')).toEqual([]);
    },
  );
});
