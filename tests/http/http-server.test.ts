import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createHttpServer } from '../../src/http/web/server.js';
import type { ReportRunner } from '../../src/jobs/ports/report-runner.js';
import type { Report } from '../../src/reports/report.js';
import { until, withResolvers } from '../support/waiting.js';
import { reportOf } from '../support/reports.js';
import { createTestService, dataOf, type TestServiceOptions } from './support/service.js';

describe('the HTTP server', () => {
  it('serves the app', async () => {
    const { url } = await startService();
    const response = await fetch(`${url}/api/1.0/report/posts`);
    expect(response.status).toBe(200);
    expect(((await response.json()) as { data: unknown[] }).data).toHaveLength(3);
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  it('reads a body and says how long the answer is', async () => {
    const { url } = await startService();
    const response = await fetch(`${url}/api/2.0/report/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filter: { user_ids: [1] } }),
    });
    expect(response.status).toBe(202);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await dataOf(response)).toMatchObject({ filter: { user_ids: [1] } });
  });

  it('answers HEAD without a body', async () => {
    const { url } = await startService();
    const response = await fetch(`${url}/healthz`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('16');
    expect(await response.text()).toBe('');
  });

  it.each(['/graphql', '/api/2.0/report/posts', '/healthz'])(
    'refuses a body for %s that becomes too large while it arrives',
    async (path) => {
      const { port } = await startService();
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const request = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers });
      for (let chunk = 0; chunk < 11; chunk += 1) request.write(' '.repeat(10_000));
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(413);
      response.resume();
    },
  );

  it('refuses a body whose Content-Length is too large before the body arrives', async () => {
    const { port } = await startService();
    const head =
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n';
    expect(await exchange(port, head)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['TRACE /healthz', 405],
    ['OPTIONS *', 404],
    ['GET /x/../healthz', 404],
    ['GET /%2e%2e/healthz', 404],
    ['GET //healthz', 404],
    ['GET /healthz?a=b', 200],
    ['GET /%68ealthz', 200],
    ['GET /healthz/', 404],
    ['GET /api/2.0/report/jobs/%', 404],
    ['GET http://localhost/healthz', 200],
  ])('answers %s with %i', async (line, status) => {
    const { port } = await startService();
    const answer = await exchange(port, `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['headers over 32 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nA: ${'a'.repeat(33_000)}\r\n\r\n`, 431],
    ['an address over 32 KB', `GET /${'a'.repeat(33_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
  ])('refuses %s', async (_what, text, status) => {
    const { port } = await startService();
    const answer = await exchange(port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });

  it('reads the longest filter that an address may hold', async () => {
    const { port } = await startService();
    const users = Array.from({ length: 1000 }, (_, index) => `user_id=${index - 2 ** 31}`).join('&');
    const head = `GET /api/1.0/report/posts?${users} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    expect(await exchange(port, head)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('times out headers that arrive too slowly', async () => {
    const { port } = await startService({}, { headersTimeout: 200 });
    expect(await exchange(port, 'GET / HTTP/1.1\r\nHost: localhost\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('stops the report of a caller that disconnects', async () => {
    const stopped = withResolvers();
    const { port, log } = await startService({
      run: (task, options) => untilAborted(task, options).finally(stopped.resolve),
    });
    const request = httpRequest({ port, host: '127.0.0.1', path: '/api/1.0/report/posts' });
    request.on('error', () => {});
    request.end();
    await once(request, 'socket');
    await delay(50);
    request.destroy();
    await stopped.promise;
    await until(() => log.length > 0);
    expect(log.map(({ level, fields }) => [level, fields['status']])).toEqual([['info', 499]]);
  });

  it('removes the observer of a caller that disconnects before the answer', async () => {
    const { port, service, log } = await startService();
    const id = await service.request();
    const asked = withResolvers();
    const answer = withResolvers();
    const watched = withResolvers();
    const { store, watcher } = service;
    const findMany = store.findMany.bind(store);
    store.findMany = async (...args) => {
      asked.resolve();
      await answer.promise;
      return await findMany(...args);
    };
    const watchJob = watcher.watchJob.bind(watcher);
    watcher.watchJob = (...args) => {
      watched.resolve();
      return watchJob(...args);
    };
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /api/2.0/report/jobs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await asked.promise;
    socket.destroy();
    await until(() => log.some(({ fields }) => fields['status'] === 499));

    answer.resolve();
    await watched.promise;
    await until(() => watcher.size === 0);
  });

  it('holds no more of a large report than the caller takes', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => [index, index, 1] as const);
    const report = reportOf(rows);
    const { port } = await startService({ run: async () => report });
    const request = httpRequest({ port, host: '127.0.0.1', path: '/api/1.0/report/posts' });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.pause();
    const before = process.memoryUsage().rss;
    await delay(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(30_000_000);
    let length = 0;
    for await (const chunk of response) length += (chunk as Buffer).length;
    expect(length).toBeGreaterThan(30_000_000);
  });

  it('streams events to a stock client and breaks off without an end when it closes', async () => {
    const { url, server, service } = await startService();
    const id = await service.request();
    const response = await fetch(`${url}/api/2.0/report/jobs/${id}/events`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: job')) text += new TextDecoder().decode((await reader.read()).value);

    const grace = 60_000;
    const closed = server.close(grace);
    await expect(reader.read()).rejects.toThrow();
    await closed; // the server closes at once, not after the grace period
    await until(() => service.watcher.size === 0);
  });

  it('goes on answering while it lingers, and asks callers to come back on another connection', async () => {
    const { url, server } = await startService();
    const before = await fetch(`${url}/healthz`);
    expect(before.headers.get('connection')).toBe('keep-alive');
    await before.text();
    const lingered = server.linger(20);
    const answer = await fetch(`${url}/healthz`);
    expect(answer.headers.get('connection')).toBe('close');
    await lingered;
  });

  it('lets requests finish that are under way when it closes, and takes no more', async () => {
    const started = withResolvers<(report: Report) => void>();
    const { url, server } = await startService({ run: () => new Promise(started.resolve) });
    const answer = fetch(`${url}/api/1.0/report/posts`);
    const finish = await started.promise;
    const closed = server.close();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    finish(reportOf([]));
    const response = await answer;
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toEqual({ data: [] });
    await closed;
  });

  it('cuts endless answers, also connections that are no longer HTTP', async () => {
    const { port, server } = await startService({ run: untilAborted });
    server.node.on('upgrade', () => {});
    const sockets = ['/api/1.0/report/posts', '/graphql'].map((path) => {
      const socket = connect(port, '127.0.0.1');
      const upgrade = path === '/graphql' ? 'Connection: Upgrade\r\nUpgrade: websocket\r\n' : '';
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`);
      return once(socket.resume(), 'close');
    });
    await delay(50);
    await server.close(50);
    await Promise.all(sockets);
  });

  it('reports an address that is in use', async () => {
    const { port, service } = await startService();
    await expect(createHttpServer(service.app).listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

async function startService(options: TestServiceOptions = {}, timeouts: { headersTimeout?: number } = {}) {
  const service = createTestService(options);
  const { server, port, url } = await service.listen(timeouts);
  return { service, server, port, url, log: service.log };
}

/** A report that runs until it is aborted because no caller waits for it. */
async function untilAborted(...[, { signal }]: Parameters<ReportRunner['run']>): Promise<Report> {
  return await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

/** Sends the text over a new connection, and returns the first chunk of the answer. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}
