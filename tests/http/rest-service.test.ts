import { DEFINITIONS } from '../support/reports.js';
import { describe, expect, it } from '@jest/globals';
import { createTestService, problemOf } from './support/service.js';

describe('addresses and methods', () => {
  it.each([
    '/nowhere',
    '/api/1.0/report/posts/',
    '//api/1.0/report/posts',
    '/API/1.0/report/posts',
    '/api/1.0/report',
    '/api/3.0/report/posts',
    '/api/2.0/report/jobs/a/b/c',
    '/graphqlx',
    '/debug',
    '/env',
    '/config',
    '/heapdump',
    '/json/list',
    '/.env',
  ])('answers 404 for %s', async (path) => {
    const response = await createTestService().fetch(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  it.each([
    ['POST', '/api/1.0/report/posts', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/1.0/report/posts', 'GET, HEAD, OPTIONS'],
    ['PUT', '/api/2.0/report/posts', 'GET, POST, OPTIONS'],
    ['DELETE', '/api/2.0/report/jobs/x', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/2.0/report/jobs/x/cancel', 'POST, OPTIONS'],
    ['HEAD', '/api/2.0/report/jobs/x/retry', 'POST, OPTIONS'],
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['QUERY', '/', 'GET, HEAD, OPTIONS'],
    ['POST', '/dashboard/main.js', 'GET, HEAD, OPTIONS'],
  ])('answers 405 for %s %s and says what it knows', async (method, path, allow) => {
    const response = await createTestService().fetch(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    if (method !== 'HEAD') expect(await problemOf(response)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('answers OPTIONS with what the address knows', async () => {
    const response = await createTestService().fetch('/api/2.0/report/posts', { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, POST, OPTIONS');
  });

  it('ignores a method that a header asks for', async () => {
    const headers = { 'x-http-method-override': 'DELETE' };
    expect((await createTestService().fetch('/healthz', { headers })).status).toBe(200);
  });

  it('gives /graphql to GraphQL, but no body that is too large', async () => {
    const service = createTestService();
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    expect(
      await (await service.fetch('/graphql', { ...init, body: '{"query":"{ __typename }"}' })).json(),
    ).toEqual({
      data: { __typename: 'Query' },
    });
    const large = { ...init, headers: { ...init.headers, 'content-length': '100001' }, body: '{}' };
    expect((await service.fetch('/graphql', large)).status).toBe(413);
  });

  it('does not let a browser guess types', async () => {
    const service = createTestService();
    for (const path of ['/', '/nowhere', '/graphql', '/api/1.0/report/posts']) {
      expect((await service.fetch(path)).headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('an unknown address', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  it('is a readable page in a browser', async () => {
    const response = await createTestService().send(
      new Request('http://localhost/nowhere', { headers: { accept: BROWSER } }),
    );
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toMatch(/<h1>Not found<[^]*There is nothing at this address[^]*href="\/"/);
  });

  it.each(['*/*', 'application/json', 'application/problem+json', 'application/json, text/html;q=0.5'])(
    'is a problem for %s',
    async (accept) => {
      const response = await createTestService().fetch('/nowhere', { headers: { accept } });
      expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND' });
    },
  );
});

describe('every text', () => {
  it.each([
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/api',
    '/',
    '/metrics',
    '/nowhere',
    '/api/1.0/report/posts',
    '/api/2.0/report/posts',
    '/api/2.0/report/jobs',
  ])('at %s ends with a line feed', async (path) => {
    const response = await createTestService().fetch(path);
    const text = await response.text();
    expect(text.endsWith('\n')).toBe(true);
    const length = response.headers.get('content-length');
    if (length !== null) expect(Number(length)).toBe(Buffer.byteLength(text));
  });
});

describe('the request id', () => {
  it('is the caller’s when it is plain', async () => {
    const response = await createTestService().fetch('/healthz', {
      headers: { 'x-request-id': 'a.b:c-1_2' },
    });
    expect(response.headers.get('x-request-id')).toBe('a.b:c-1_2');
  });

  it.each(['two words', '<b>', 'x'.repeat(129), ''])('is another one instead of %s', async (id) => {
    const response = await createTestService().fetch('/healthz', { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it('stands in the line that each request leaves in the log', async () => {
    const service = createTestService();
    await service.fetch('/api/2.0/report/jobs?limit=5', { headers: { 'x-request-id': 'r1' } });
    await service.fetch('/healthz');
    expect(service.log).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          requestId: 'r1',
          method: 'GET',
          path: '/api/2.0/report/jobs',
          status: 200,
          durationMs: expect.any(Number) as unknown,
          requester: 'anonymous',
        },
      },
      expect.objectContaining({ level: 'debug' }),
    ]);
  });
});

describe('health', () => {
  it('says that the process lives', async () => {
    const service = createTestService();
    service.health.mysql = 'down';
    const response = await service.fetch('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('is ready with everything up', async () => {
    const response = await createTestService().fetch('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', checks: { mysql: 'up', broker: 'up' } });
  });

  it('is ready, but degraded, without the broker', async () => {
    const service = createTestService();
    service.brokerServer.stop();
    const response = await service.fetch('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'degraded', checks: { mysql: 'up', broker: 'down' } });
  });

  it.each(['down', 'not migrated', 'read-only', 'unusable'] as const)(
    'is not ready while MySQL is %s',
    async (state) => {
      const service = createTestService();
      service.health.mysql = state;
      const response = await service.fetch('/readyz');
      expect(response.status).toBe(503);
      expect(await response.json()).toEqual({
        status: 'unavailable',
        checks: { mysql: state, broker: 'up' },
      });
    },
  );

  it('is not ready while the process stops', async () => {
    const service = createTestService();
    service.health.stopping = true;
    const response = await service.fetch('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'unavailable',
      checks: { process: 'shutting down' },
    });
  });
});

describe('metrics', () => {
  it('count requests by route, accepted ones by outcome, and what waits', async () => {
    const service = createTestService();
    await service.store.recordWorker({ id: 'w', slots: 2, definitions: DEFINITIONS });
    await service.post('/api/2.0/report/posts');
    await service.post('/api/2.0/report/posts');
    await service.fetch('/api/2.0/report/jobs/some-id');
    const response = await service.fetch('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();

    expect(text).toContain('posts_report_requests_accepted_total{outcome="created"} 1');
    expect(text).toContain('posts_report_requests_accepted_total{outcome="coalesced"} 1');
    expect(text).toMatch(/_count\{.*route="\/api\/2.0\/report\/jobs\/\{job_id\}",status="404"\} 1/);
    expect(text).not.toContain('some-id');
    expect(text).toContain('posts_report_jobs{status="QUEUED"} 1');
    expect(text).toContain('posts_report_workers 1');
    expect(text).toContain('posts_report_sync_slots{state="free"} 2');
    expect(text).toContain('posts_report_observers 0');
    expect(text).toContain('posts_report_mysql_up 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('are shown also while MySQL is away', async () => {
    const service = createTestService();
    await service.fetch('/metrics');
    service.loseDatabase();
    const text = await (await service.fetch('/metrics')).text();
    expect(text).toContain('posts_report_mysql_up 0');
    expect(text).not.toMatch(/^posts_report_(workers|jobs)/m);
  });

  it('do not grow with methods and addresses that callers make up', async () => {
    const service = createTestService();
    await service.fetch('/made-up', { method: 'MADEUP' });
    const text = await (await service.fetch('/metrics')).text();
    expect(text).toContain('method="other",route="unknown",status="404"');
    expect(text).not.toMatch(/made-?up/i);
  });
});

describe('/openapi.json', () => {
  it('describes every address', async () => {
    const response = await createTestService().fetch('/openapi.json');
    const document = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/',
      '/api',
      '/api/1.0/report/posts',
      '/api/1.0/report/posts-per-day',
      '/api/2.0/report/jobs',
      '/api/2.0/report/jobs/{job_id}',
      '/api/2.0/report/jobs/{job_id}/cancel',
      '/api/2.0/report/jobs/{job_id}/events',
      '/api/2.0/report/jobs/{job_id}/result',
      '/api/2.0/report/jobs/{job_id}/retry',
      '/api/2.0/report/kinds',
      '/api/2.0/report/posts',
      '/api/2.0/report/posts-per-day',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/readyz',
    ]);
  });

  it('can be read by people at /api, without a script or anything from elsewhere', async () => {
    const response = await createTestService().fetch('/api');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).toContain('/api/2.0/report/jobs/{job_id}/result');
    expect(page).toContain('JOB_NOT_FINISHED');
    expect(page).not.toMatch(/<script|https?:\/\//);
  });
});
