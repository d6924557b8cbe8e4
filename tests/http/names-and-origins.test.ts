import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { converse, head, statusesIn } from './support/raw.js';
import { CALLS, callsThat } from './support/routes.js';
import { createTestService, problemOf } from './support/service.js';

const TOKENS = [{ name: 'ops', role: 'operator', token: 'ooo' }] as const;
const POSTS = '/api/2.0/report/posts';
const PUBLIC = 'https://reports.example';
const PATHS = [...CALLS.map(({ path }) => path), '/graphql', '/nowhere'];

async function statusFor(
  port: number,
  line: string,
  ...headers: readonly string[]
): Promise<number | undefined> {
  return statusesIn(await converse(port, head(line, ...headers, 'Connection: close')))[0];
}

describe('the Host of a request', () => {
  it('is of this machine while authentication is off, at every address', async () => {
    const { port } = await createTestService().listen();
    for (const path of PATHS)
      expect([path, await statusFor(port, `GET ${path} HTTP/1.1`, 'Host: evil.example')]).toEqual([
        path,
        421,
      ]);
  });

  it.each([
    ['localhost', 200],
    ['LOCALHOST:4000', 200],
    ['api.localhost:1', 200],
    ['127.0.0.1', 200],
    ['127.9.8.7:80', 200],
    ['[::1]:4000', 200],
    ['reports.example', 200],
    ['reports.example:443', 200],
    ['localhost.evil.example', 421],
    ['evil.example:4000', 421],
    ['127.0.0.1.evil.example', 421],
    ['[::2]', 421],
    ['10.0.0.1', 421],
    ['0.0.0.0', 421],
    ['a b', 400],
    ['user@localhost', 400],
    ['localhost/x', 400],
    ['localhost, evil.example', 400],
  ])('%s is answered with %i', async (host, status) => {
    const { port } = await createTestService({ publicUrl: PUBLIC }).listen();
    expect(await statusFor(port, 'GET /healthz HTTP/1.1', `Host: ${host}`)).toBe(status);
  });

  it('may be any single name while authentication is on', async () => {
    const { port } = await createTestService({ authTokens: TOKENS }).listen();
    expect(await statusFor(port, 'GET /healthz HTTP/1.1', 'Host: any.example')).toBe(200);
    for (const path of PATHS)
      expect([path, await statusFor(port, `GET ${path} HTTP/1.1`, 'Host: a', 'Host: a')]).toEqual([
        path,
        400,
      ]);
  });

  it('is that of an absolute target, and may be absent in HTTP/1.0', async () => {
    const { port } = await createTestService().listen();
    expect(await statusFor(port, 'GET http://evil.example/healthz HTTP/1.1', 'Host: localhost')).toBe(421);
    expect(await statusFor(port, 'GET http://localhost/healthz HTTP/1.1', 'Host: evil.example')).toBe(200);
    expect(await statusFor(port, 'GET /healthz HTTP/1.0')).toBe(200);
    expect(await statusFor(port, 'GET /healthz HTTP/1.1')).toBe(400);
  });

  it('is looked at before a WebSocket is accepted', async () => {
    const server = await createTestService().listen();
    expect(await refusalOf(server.webSocketUrl, { host: 'evil.example' })).toBe(421);
  });

  it('has a problem that says what to do', async () => {
    const { port } = await createTestService().listen();
    const text = await converse(port, head('GET /api HTTP/1.1', 'Host: evil.example', 'Connection: close'));
    expect(text).toMatch(/"code":"MISDIRECTED_REQUEST"/);
    expect(text).toMatch(/set PUBLIC_URL/);
  });
});

const WORK = callsThat(({ operation }) => operation.refusesForeignPages === true);
const READS = callsThat(({ operation }) => operation.refusesForeignPages !== true);

describe('a page of another site', () => {
  const FOREIGN: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:9999' },
  ];

  it.each(WORK)('cannot make %s %s do any work', async (method, path) => {
    const service = createTestService();
    for (const headers of FOREIGN) {
      const response = await service.fetch(path, { method, headers: { host: 'localhost', ...headers } });
      expect([headers, response.status, await problemOf(response)]).toMatchObject([
        headers,
        403,
        { code: 'FORBIDDEN' },
      ]);
    }
    expect(await service.countJobs()).toBe(0);
  });

  it.each([...FOREIGN])('cannot run a GraphQL query by GET (%j)', async (headers) => {
    const service = createTestService();
    const query = encodeURIComponent('{ postsReport { totalUsers } }');
    const response = await service.fetch(`/graphql?query=${query}`, {
      headers: { host: 'localhost', accept: 'application/json', ...headers },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('may read, which is no work', async () => {
    const service = createTestService();
    for (const [method, path] of READS)
      for (const headers of FOREIGN)
        expect([path, (await service.fetch(path, { method, headers })).status]).not.toEqual([path, 403]);
    expect(READS.map(([method]) => method)).not.toContain('POST');
    expect(WORK).toContainEqual(['GET', '/api/1.0/report/posts-per-day']);
  });

  it('is none when the origin is that of the service', async () => {
    const service = createTestService({ publicUrl: PUBLIC, authTokens: TOKENS });
    for (const headers of [
      { host: 'reports.example:443', origin: PUBLIC },
      { host: 'intern:4000', origin: PUBLIC },
      { host: 'intern:4000', origin: 'http://intern:4000' },
      { host: 'other.example:443', origin: 'https://other.example' },
      { host: 'other.example', origin: 'https://other.example:443' },
      { host: 'x', origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { host: 'x', 'sec-fetch-site': 'none' },
      { host: 'x' },
    ]) {
      const response = await service.fetch(POSTS, {
        method: 'POST',
        headers: { ...headers, authorization: 'Bearer ooo' },
      });
      expect([headers, response.status]).toEqual([headers, 202]);
    }
  });
});

describe('CORS_ORIGINS', () => {
  const PAGE = 'https://tools.example';
  const cors = { corsOrigins: [PAGE], authTokens: TOKENS } as const;
  const from = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site', authorization: 'Bearer ooo' });

  it('lets the pages of an origin in, without cookies, and shows them what they need', async () => {
    const service = createTestService(cors);
    const response = await service.fetch(POSTS, { method: 'POST', headers: from(PAGE) });
    expect(response.status).toBe(202);
    expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    expect(response.headers.get('vary')).toBe('Origin');
    for (const name of ['Location', 'Retry-After', 'Link', 'X-Request-Id', 'ETag'])
      expect(response.headers.get('access-control-expose-headers')).toContain(name);
    expect(
      (await service.fetch(POSTS, { method: 'POST', headers: from('https://evil.example') })).status,
    ).toBe(403);
  });

  it('answers a preflight for its origins alone', async () => {
    const service = createTestService(cors);
    const ask = async (origin: string) =>
      await service.fetch(POSTS, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key',
        },
      });
    const { status, headers } = await ask(PAGE);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type,idempotency-key');
    expect((await ask('https://evil.example')).headers.has('access-control-allow-origin')).toBe(false);
  });

  it('says in every answer that the origin decides, errors and pages included', async () => {
    const service = createTestService(cors);
    for (const path of ['/', '/nowhere', '/graphql', '/api/2.0/report/jobs', '/metrics']) {
      const { headers } = await service.fetch(path, { headers: { origin: PAGE } });
      expect([path, headers.get('vary')]).toEqual([path, expect.stringMatching(/(^|, )Origin$/)]);
      expect(headers.get('access-control-allow-origin')).toBe(PAGE);
    }
  });

  it('is off unless it is set', async () => {
    const { headers } = await createTestService().fetch('/healthz', { headers: { origin: PAGE } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.has('vary')).toBe(false);
  });

  it('lets WebSockets of its pages in', async () => {
    const server = await createTestService(cors).listen();
    const socket = new WebSocket(server.webSocketUrl, 'graphql-transport-ws', { origin: PAGE });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
    expect(await refusalOf(server.webSocketUrl, { origin: 'https://evil.example' })).toBe(403);
  });
});

/** Returns the HTTP status with which the service refuses a WebSocket. */
async function refusalOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  return await new Promise((resolve) => {
    socket
      .on('error', () => {})
      .once('unexpected-response', (_request, { statusCode }) => {
        resolve(statusCode);
        socket.terminate();
      });
  });
}
