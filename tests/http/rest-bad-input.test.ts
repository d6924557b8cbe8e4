import { describe, expect, it } from '@jest/globals';
import { createTestService, problemOf } from './support/service.js';

const V1 = '/api/1.0/report/posts';
const V2 = '/api/2.0/report/posts';
const JOBS = '/api/2.0/report/jobs';

describe('a query that cannot be meant', () => {
  it.each([
    [`${V1}?user_ids=1`, 'user_ids', /"user_ids" is not a known query parameter; known are user_id, /],
    [`${V1}?user_id=abc`, 'user_id', /^user_id must be a whole number of 32 bits/],
    [`${V1}?user_id=`, 'user_id', /whole number/],
    [`${V1}?user_id=1,2`, 'user_id', /whole number/],
    [`${V1}?user_id=1.5`, 'user_id', /whole number/],
    [`${V1}?user_id=2147483648`, 'user_id', /whole number/],
    [`${V1}?user_id=1e3`, 'user_id', /whole number/],
    [`${V1}?${'user_id=1&'.repeat(1001)}`, 'user_id', /at most 1000 times/],
    [`${V1}?created_from=yesterday`, 'created_from', /^created_from must be a date-time with an offset/],
    [`${V1}?created_from=`, 'created_from', /date-time/],
    [`${V1}?created_from=2026-01-01`, 'created_from', /date-time/],
    [`${V1}?created_to=2026-02-30T00:00:00Z`, 'created_to', /date-time/],
    [
      `${V1}?created_from=2026-02-01T00:00:00Z&created_to=2026-01-01T00:00:00Z`,
      'created_from',
      /^created_from must be before created_to/,
    ],
    [
      `${V1}?created_from=2026-01-01T00:00:00Z&created_from=2026-01-01T00:00:00Z`,
      'created_from',
      /once only/,
    ],
    [`${V1}?order_by=words`, 'order_by', /must be one of user_id, -user_id/],
    [`${V1}?order_by=user_id&order_by=-user_id`, 'order_by', /once only/],
    [`${V1}?max_age_seconds=60`, 'max_age_seconds', /not a known query parameter/],
    [`${V1}?__proto__=1`, '__proto__', /not a known/],
    [`${V1}?toString=1`, 'toString', /not a known/],
    [`${V2}?max_age_seconds=-1`, 'max_age_seconds', /0 or more/],
    [`${V2}?format=xml`, 'format', /must be one of json, csv, ndjson/],
    [`${JOBS}?limit=0`, 'limit', /from 1 to 1000/],
    [`${JOBS}?limit=-1`, 'limit', /from 1 to 1000/],
    [`${JOBS}?limit=1001`, 'limit', /from 1 to 1000/],
    [`${JOBS}?limit=99999999999999999999`, 'limit', /from 1 to 1000/],
    [`${JOBS}?status=DONE`, 'status', /must be one of QUEUED/],
    [`${JOBS}?cursor=nonsense`, 'cursor', /^cursor is not a cursor of this list/],
    [`${JOBS}?cursor=`, 'cursor', /not a cursor/],
    [`${JOBS}?page=2`, 'page', /not a known/],
    [`${JOBS}/01KAS5X9WQ3Z8V2N6D0T4B7C1M?x=1`, 'x', /this address takes no query/],
  ])('GET %s', async (address, parameter, detail) => {
    const service = createTestService();
    const response = await service.fetch(address);

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({
      type: 'urn:posts-report:problem:bad-user-input',
      status: 400,
      code: 'BAD_USER_INPUT',
      errors: [{ parameter, detail: expect.stringMatching(detail) as unknown }],
    });
    expect(problem['detail']).toMatch(detail);
    expect(await service.countJobs()).toBe(0);
  });

  it('lists every mistake', async () => {
    const wrong = 'user_id=a&order_by=b&c=d&created_from=soon&created_to=later';
    const problem = await problemOf(await createTestService().fetch(`${V1}?${wrong}`));
    expect(problem['errors']).toHaveLength(5);
    expect(problem['detail']).toMatch(/\(and 4 more\)$/);
  });
});

describe('a body that cannot be meant', () => {
  it.each([
    ['{"filter":{"user_ids":[1,}}', '', /^The body cannot be parsed: Unexpected token '}'/],
    ['{\n  "filter": nul\n}', '', /cannot be parsed: Unexpected token/],
    ['not json', '', /cannot be parsed: .+not json/],
    ['{}}', '', /cannot be parsed: .+ at position 2/],
    ['[]', '', /must be a JSON object, but is an array/],
    ['1', '', /must be a JSON object, but is a number/],
    ['null', '', /must be a JSON object, but is null/],
    ['"text"', '', /must be a JSON object, but is a string/],
    ['{"filters":{}}', '/filters', /^filters is not known; known are filter, max_age_seconds/],
    ['{"filter":{"userIds":[1]}}', '/filter/userIds', /^filter.userIds is not known; known are user_ids/],
    ['{"__proto__":{}}', '/__proto__', /not known/],
    ['{"filter":[]}', '/filter', /^filter must be an object/],
    ['{"filter":"all"}', '/filter', /must be an object/],
    ['{"filter":{"user_ids":1}}', '/filter/user_ids', /must be a list/],
    ['{"filter":{"user_ids":[]}}', '/filter/user_ids', /must not be empty/],
    ['{"filter":{"user_ids":["1"]}}', '/filter/user_ids/0', /whole number of 32 bits/],
    ['{"filter":{"user_ids":[1,2147483648]}}', '/filter/user_ids/1', /whole number of 32 bits/],
    ['{"filter":{"user_ids":[1.5]}}', '/filter/user_ids/0', /whole number of 32 bits/],
    [`{"filter":{"user_ids":[${'1,'.repeat(1000)}1]}}`, '/filter/user_ids', /at most 1000 entries/],
    ['{"filter":{"created_from":1}}', '/filter/created_from', /must be text/],
    [
      '{"filter":{"created_from":"soon"}}',
      '/filter/created_from',
      /^filter.created_from must be a date-time/,
    ],
    [
      '{"filter":{"created_from":"2026-02-01T00:00:00Z","created_to":"2026-02-01T00:00:00Z"}}',
      '/filter/created_from',
      /^filter.created_from must be before created_to/,
    ],
    ['{"max_age_seconds":-1}', '/max_age_seconds', /0 or more/],
    ['{"max_age_seconds":"60"}', '/max_age_seconds', /whole number of seconds/],
    ['{"max_age_seconds":1.5}', '/max_age_seconds', /whole number of seconds/],
  ])('POST %.60s', async (body, pointer, detail) => {
    const service = createTestService();
    const response = await send(service, body);
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({
      code: 'BAD_USER_INPUT',
      detail: expect.stringMatching(detail) as unknown,
      errors: [{ pointer, detail: expect.stringMatching(detail) as unknown }],
    });
    expect(await service.countJobs()).toBe(0);
  });

  it('lists every mistake', async () => {
    const filter = { user_ids: [1.5], created_from: 'soon', created_to: 'later' };
    const problem = await problemOf(await createTestService().post(V2, { filter, max_age_seconds: -1 }));
    expect(problem['errors']).toMatchObject(
      ['/filter/user_ids/0', '/filter/created_from', '/filter/created_to', '/max_age_seconds'].map(
        (pointer) => ({ pointer }),
      ),
    );
  });

  it('is one beside a filter in the query', async () => {
    const response = await createTestService().post(`${V2}?user_id=1`, { filter: { user_ids: [1] } });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ errors: [{ parameter: 'user_id' }] });
  });

  it('is one of another type', async () => {
    const service = createTestService();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ]) {
      const response = await send(service, '{}', { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await problemOf(response)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    }
    expect((await send(service, '{}', { 'content-type': 'Application/JSON;charset="UTF-8"' })).status).toBe(
      202,
    );
  });

  it('is one that is compressed', async () => {
    expect((await send(createTestService(), '{}', { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('is one that is not UTF-8', async () => {
    const response = await send(createTestService(), new Uint8Array([0x7b, 0xff, 0x7d]));
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ detail: 'The body is not UTF-8.' });
  });

  it('is one that is too large, on any route', async () => {
    const service = createTestService();
    const body = `{"filter":null${' '.repeat(100_000)}}`;
    for (const path of [V2, `${JOBS}/01KAS5X9WQ3Z8V2N6D0T4B7C1M/cancel`]) {
      const response = await send(service, body, {}, path);
      expect(response.status).toBe(413);
      expect(await problemOf(response)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    }
    const stream = new Blob(['x'.repeat(60_000), 'x'.repeat(60_000)]).stream();
    expect((await send(service, stream)).status).toBe(413);
    expect(await service.countJobs()).toBe(0);
  });

  it('may fill the limit', async () => {
    const body = `{"filter":null${' '.repeat(100_000 - 15)}}`;
    expect(body).toHaveLength(100_000);
    expect((await send(createTestService(), body)).status).toBe(202);
  });

  it('is one that an action does not take', async () => {
    const response = await createTestService().post(`${JOBS}/01KAS5X9WQ3Z8V2N6D0T4B7C1M/cancel`, { why: 1 });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatchObject({ errors: [{ pointer: '/why' }] });
  });

  it('breaks nothing when it is nested deeply', async () => {
    const response = await send(createTestService(), `{"filter":${'['.repeat(90_000)}`);
    expect(response.status).toBe(400);
  });
});

async function send(
  service: ReturnType<typeof createTestService>,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
  path = V2,
): Promise<Response> {
  return await service.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
}
