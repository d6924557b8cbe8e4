import { describe, expect, test } from '@jest/globals';
import { createTestService } from './support/service.js';

const service = createTestService();
const QUERY = '{ __typename }';

function post(body: BodyInit, headers: Record<string, string> = {}) {
  return service.fetch('/graphql', {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

describe('GraphQL over HTTP', () => {
  test('answers a query by GET', async () => {
    const response = await service.fetch(`/graphql?query=${encodeURIComponent(QUERY)}`);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([QUERY, '{ nothing }', '{'])(
    'answers %j with a text that ends with a line feed',
    async (query) => {
      const response = await post(JSON.stringify({ query }));
      expect(await response.text()).toMatch(/^\{.*\}\n$/);
    },
  );

  test('answers no mutation by GET', async () => {
    const query = encodeURIComponent('mutation { requestPostsReport { coalesced } }');
    const response = await service.fetch(`/graphql?query=${query}`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
    expect((await service.ask('{ jobs { totalCount } }')).data.jobs.totalCount).toBe(0);
  });

  test('says what it knows to OPTIONS', async () => {
    const response = await service.fetch('/graphql', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
    const response = await service.fetch('/graphql', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }] });
  });

  test.each([
    'text/plain',
    'application/graphql',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    '',
  ])('takes no body of the type %j', async (type) => {
    const response = await post(JSON.stringify({ query: QUERY }), { 'Content-Type': type });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
    });
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json;charset=utf8',
    'Application/JSON',
    'application/json ; charset=utf-8',
  ])('takes a body of the type %j', async (type) => {
    const response = await post(JSON.stringify({ query: QUERY }), { 'Content-Type': type });
    expect([response.status, await response.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  test('takes no compressed body', async () => {
    const response = await post(JSON.stringify({ query: QUERY }), { 'Content-Encoding': 'gzip' });
    expect(response.status).toBe(415);
  });

  test('runs nothing for a caller who would not read the answer', async () => {
    const query = 'mutation { requestPostsReport { coalesced } }';
    const response = await post(JSON.stringify({ query }), { Accept: 'image/png' });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
    expect((await service.ask('{ jobs { totalCount } }')).data.jobs.totalCount).toBe(0);
  });

  test('takes no body over 100 kB, whether it says its length or not', async () => {
    const large = JSON.stringify({ query: QUERY, extensions: { fill: 'x'.repeat(100_000) } });
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const send = (body: BodyInit, headers: Record<string, string> = {}) =>
      service.send(
        new Request('http://localhost/graphql', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body,
          duplex: 'half', // asked for by Node, unknown to its types
        } as RequestInit),
      );
    for (const response of [
      await send(large, { 'Content-Length': String(large.length) }),
      await send(chunked),
    ]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
      });
    }
  });

  test.each([
    ['no JSON', '{bad'],
    ['no object', '5'],
    ['a list of operations', JSON.stringify([{ query: QUERY }])],
    ['no query', '{}'],
    ['a query that is no text', '{"query": 5}'],
    ['variables that are a list', JSON.stringify({ query: QUERY, variables: [] })],
    ['an operation name that is no text', JSON.stringify({ query: QUERY, operationName: 1 })],
    ['extensions that are a list', JSON.stringify({ query: QUERY, extensions: [] })],
    ['bytes that are not UTF-8', Buffer.from('{"query":"{ __typename } #\xff"}', 'latin1')],
    ['an unknown operation name', JSON.stringify({ query: QUERY, operationName: 'X' })],
  ])('says 400 BAD_USER_INPUT to a body that is or has %s', async (_what, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('ignores members that the specification does not name', async () => {
    const body = { query: QUERY, id: 1, documentId: 'x', doc_id: null, __proto__: { a: 1 } };
    const response = await post(JSON.stringify(body));
    expect([response.status, await response.json()]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  test('reads a body that begins with a byte order mark', async () => {
    const response = await post(`\ufeff${JSON.stringify({ query: QUERY })}`);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['identity', 'Identity', ' IDENTITY '])('takes a body with the encoding %j', async (encoding) => {
    const response = await post(JSON.stringify({ query: QUERY }), { 'Content-Encoding': encoding });
    expect(response.status).toBe(200);
  });

  test.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.1, application/json', 'application/json'],
    ['application/json;q=0, application/*', 'application/graphql-response+json'],
    ['application/json;charset=utf-8', 'application/json'],
    ['text/event-stream;q=0.2, application/json;q=0.1', 'text/event-stream'],
    ['text/html;q=0, */*', 'application/json'],
  ])('with Accept: %s answers as %s', async (accept, type) => {
    const headers = accept === undefined ? {} : { accept };
    const response = await service.fetch(`/graphql?query=${encodeURIComponent(QUERY)}`, { headers });
    expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
    await response.text();
  });

  test.each(['application/json;q=0', 'text/html;q=0', 'image/*', '*/*;q=0'])(
    'with Accept: %s runs nothing',
    async (accept) => {
      const response = await service.fetch(`/graphql?query=${encodeURIComponent(QUERY)}`, {
        headers: { accept },
      });
      expect(response.status).toBe(406);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
    },
  );

  test('answers equal fields of an operation from one read, and others from their own', async () => {
    const own = createTestService();
    let reads = 0;
    const countJobs = own.store.countJobs.bind(own.store);
    own.store.countJobs = async (...args) => {
      reads += 1;
      return await countJobs(...args);
    };
    const aliases = Array.from({ length: 480 }, (_, n) => `a${n}: jobs { totalCount }`).join(' ');
    const { data, errors } = await own.ask(`{ ${aliases} b: jobs(status: [QUEUED]) { totalCount } }`);
    expect(errors).toBeUndefined();
    expect(Object.keys(data as object)).toHaveLength(481);
    expect(reads).toBe(2);
    await own.ask('{ jobs { totalCount } }');
    expect(reads).toBe(3);
  });

  test('says 400 to a query string whose variables are no JSON', async () => {
    const response = await service.fetch(`/graphql?query=${encodeURIComponent(QUERY)}&variables={bad`, {});
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('lets no page of another origin read or send', async () => {
    const response = await post(JSON.stringify({ query: QUERY }), { Origin: 'https://evil.example' });
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('lets no cache keep an answer', async () => {
    const { headers } = await service.ask(QUERY);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('can be introspected, as GraphiQL does', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const query = getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
    });
    expect((await service.ask(query)).data.__schema.queryType.name).toBe('Query');
  });
});
