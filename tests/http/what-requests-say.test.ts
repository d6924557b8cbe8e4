import { describe, expect, it } from '@jest/globals';
import { createTestService, dataOf, problemOf } from './support/service.js';

const POSTS = '/api/2.0/report/posts';
const JOBS = '/api/2.0/report/jobs';

describe('the type of a body', () => {
  const body = JSON.stringify({ filter: { user_ids: [1] } });
  const send = async (headers: Record<string, string>, content: BodyInit = body) =>
    await createTestService().fetch(POSTS, { method: 'POST', headers, body: content });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json; charset="utf8"; profile=x',
  ])('may be %s', async (type) => {
    expect((await send({ 'content-type': type })).status).toBe(202);
  });

  it.each(['application/json; charset=latin1', 'text/plain', 'application/jsonx', 'application/x-ndjson'])(
    'may not be %s',
    async (type) => {
      const response = await send({ 'content-type': type });
      expect([response.status, await problemOf(response)]).toMatchObject([
        415,
        { code: 'UNSUPPORTED_MEDIA_TYPE' },
      ]);
    },
  );

  it.each(['identity', 'Identity', 'IDENTITY', ''])(
    'may say that it is not encoded: "%s"',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      expect((await send(headers)).status).toBe(202);
    },
  );

  it.each(['gzip', 'br', 'identity, gzip'])('may not be encoded by %s', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    expect((await send(headers)).status).toBe(415);
  });

  it('leaves a byte order mark out', async () => {
    const response = await send({ 'content-type': 'application/json' }, `\uFEFF${body}`);
    expect(response.status).toBe(202);
    expect(await dataOf(response)).toMatchObject({ filter: { user_ids: [1] } });
  });
});

describe('Accept', () => {
  it.each([
    ['application/json;q=0', 406],
    ['application/json;q=0, */*', 406],
    ['*/*;q=0', 406],
    ['text/csv;q=0.1, application/json', 200],
    ['application/json;q=0.0', 406],
    ['application/*;q=0', 406],
    ['', 200],
  ])('%s at a kind list is answered with %i', async (accept, status) => {
    const response = await createTestService().fetch('/api/2.0/report/kinds', { headers: { accept } });
    expect(response.status).toBe(status);
  });

  it.each([
    ['text/csv;q=0.1, application/json', 'application/json'],
    ['application/json;q=0.1, text/csv', 'text/csv; charset=utf-8'],
    ['application/json;q=0, */*', 'text/csv; charset=utf-8'],
    ['text/*', 'text/csv; charset=utf-8'],
    ['text/csv;q=0.5, application/x-ndjson;q=0.6, application/json;q=0.4', 'application/x-ndjson'],
  ])('%s gets a report as %s', async (accept, type) => {
    const response = await createTestService().fetch('/api/1.0/report/posts', { headers: { accept } });
    expect(response.headers.get('content-type')).toBe(type);
  });

  it.each(['text/html;q=0', 'text/html;q=0, */*', 'text/html;q=0.1, application/json'])(
    '%s gets a problem, and no page, where there is nothing',
    async (accept) => {
      const response = await createTestService().fetch('/nowhere', { headers: { accept } });
      expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND' });
    },
  );
});

describe('a page', () => {
  const PAGES = ['/', '/dashboard/main.js', '/api'];

  it.each(PAGES)('at %s has a HEAD, an ETag and a 304 with the same headers', async (path) => {
    const service = createTestService();
    const page = await service.fetch(path);
    const etag = page.headers.get('etag') ?? '';
    const headOfIt = await service.fetch(path, { method: 'HEAD' });
    expect(headOfIt.status).toBe(200);
    expect(headOfIt.headers.get('content-length')).toBe(String((await page.arrayBuffer()).byteLength));
    expect(await headOfIt.text()).toBe('');
    for (const known of [etag, '*', `"other", ${etag}`, etag.replace('W/', '')])
      for (const method of ['GET', 'HEAD']) {
        const response = await service.fetch(path, { method, headers: { 'if-none-match': known } });
        expect([known, response.status]).toEqual([known, 304]);
        for (const name of ['etag', 'vary', 'cache-control', 'content-security-policy'])
          expect(response.headers.get(name)).toBe(page.headers.get(name));
        expect(response.headers.has('content-length')).toBe(false);
      }
  });

  it.each(PAGES)('at %s is compressed for a client that takes gzip', async (path) => {
    const service = createTestService();
    const encodingFor = async (accepted: string) =>
      (await service.fetch(path, { headers: { 'accept-encoding': accepted } })).headers.get(
        'content-encoding',
      );
    expect(await encodingFor('gzip')).toBe('gzip');
    expect(await encodingFor('gzip;q=0')).toBeNull();
    expect(await encodingFor('gzip;q=0.1, identity')).toBeNull();
    expect(await encodingFor('')).toBeNull();
  });
});

describe('If-None-Match: *', () => {
  it('is answered with 304 by a job and by its result', async () => {
    const service = createTestService();
    const id = await service.request();
    await service.finish(id);
    for (const path of [`${JOBS}/${id}`, `${JOBS}/${id}/result`]) {
      const response = await service.fetch(path, { headers: { 'if-none-match': '*' } });
      expect([path, response.status, response.headers.has('etag')]).toEqual([path, 304, true]);
    }
    const result = await service.fetch(`${JOBS}/${id}/result`, { headers: { 'if-none-match': '*' } });
    expect(result.headers.get('vary')).toBe('Accept, Accept-Encoding');
  });
});

describe('a text in a query', () => {
  it('is compared exactly, trailing blanks included', async () => {
    const service = createTestService();
    await service.request();
    for (const [kind, count] of [
      ['posts', 1],
      ['posts%20', 0],
      ['posts%20%20', 0],
      ['Posts', 0],
    ] as const)
      expect(await dataOf(await service.fetch(`${JOBS}?kind=${kind}`))).toHaveLength(count);
  });
});
