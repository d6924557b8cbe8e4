import { describe, expect, it, test } from '@jest/globals';
import { converse, head, statusesIn } from './support/raw.js';
import { CALLS } from './support/routes.js';
import { createTestService } from './support/service.js';

const UPGRADE = ['Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];
const LOCAL = 'Host: localhost';
const LINES = [
  ...CALLS.flatMap(({ method, path }) =>
    method === 'GET' ? [`GET ${path}`, `HEAD ${path}`] : [`POST ${path}`],
  ),
  'GET /graphql',
  'POST /graphql',
  'OPTIONS /graphql',
  'PUT /healthz',
  'GET /nowhere',
];

describe('a request to upgrade to anything but a WebSocket of GraphQL (RFC 9110 7.8)', () => {
  it('is answered at every route as if the header were not there', async () => {
    const { port } = await createTestService().listen();
    for (const call of LINES) {
      const line = `${call} HTTP/1.1`;
      const [plain] = statusesIn(await converse(port, head(line, LOCAL, 'Connection: close')));
      for (const protocol of [
        'h2c',
        'TLS/1.0',
        'foo/2, bar',
        ...(call === 'GET /graphql' ? [] : ['websocket']),
      ]) {
        const upgrade = head(line, LOCAL, ...UPGRADE, `Upgrade: ${protocol}`, 'Connection: close');
        expect([call, protocol, ...statusesIn(await converse(port, upgrade))]).toEqual([
          call,
          protocol,
          plain,
        ]);
      }
    }
  }, 120_000);

  it('leaves a line in the log', async () => {
    const service = createTestService();
    const { port } = await service.listen();
    await converse(port, head('GET /api HTTP/1.1', LOCAL, ...UPGRADE, 'Upgrade: h2c', 'Connection: close'));
    expect(service.logged('info').map(({ fields }) => [fields['path'], fields['status']])).toEqual([
      ['/api', 200],
    ]);
  });

  it('may have a body, in the same segment or later', async () => {
    const service = createTestService();
    const { port } = await service.listen();
    const body = JSON.stringify({ filter: { user_ids: [7] } });
    const request = head(
      'POST /api/2.0/report/posts HTTP/1.1',
      LOCAL,
      ...UPGRADE,
      'Upgrade: h2c',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    );
    for (const texts of [[request + body], [request, body], [request + body.slice(0, 5), body.slice(5)]])
      expect(await converse(port, ...texts)).toMatch(/^HTTP\/1\.1 202 [^]*"user_ids":\[7\]/);
  });

  it('keeps its connection for the next request, and its place among pipelined ones', async () => {
    const { port } = await createTestService().listen();
    const upgrade = head('GET /healthz HTTP/1.1', LOCAL, ...UPGRADE, 'Upgrade: h2c');
    const plain = head('GET /nowhere HTTP/1.1', LOCAL);
    const last = head('GET /openapi.json HTTP/1.1', LOCAL, 'Connection: close');
    const slow = head('GET /readyz HTTP/1.1', LOCAL);
    expect(statusesIn(await converse(port, upgrade, plain, upgrade, last))).toEqual([200, 404, 200, 200]);
    const pipelined = [slow, upgrade, plain, upgrade, upgrade, slow, last].join('');
    expect(statusesIn(await converse(port, pipelined))).toEqual([200, 200, 404, 200, 200, 200, 200]);
  });

  it('is forgotten with its connection, also while it waits for an earlier answer', async () => {
    const service = createTestService();
    const { port, connections } = await service.listen();
    const id = await service.request();
    const stream = head(`GET /api/2.0/report/jobs/${id}/events HTTP/1.1`, LOCAL);
    const upgrade = head('GET /healthz HTTP/1.1', LOCAL, ...UPGRADE, 'Upgrade: h2c');
    const { connect } = await import('node:net');
    const socket = connect(port, '127.0.0.1').resume();
    socket.write(stream + upgrade);
    await untilWithin(2000, () => service.watcher.size === 1);
    socket.end();
    await untilWithin(2000, () => service.watcher.size === 0);
    await untilWithin(2000, async () => (await connections()) === 0);
  });
});

describe('CONNECT, which asks a proxy for a tunnel (RFC 9110 9.3.6)', () => {
  it('is refused with a problem, in its place among pipelined requests, and leaves a line in the log', async () => {
    const service = createTestService();
    const { port } = await service.listen();
    for (const [target, ...headers] of [
      ['localhost:443', LOCAL],
      ['/graphql', LOCAL, 'Content-Length: 5'],
      ['localhost:443', LOCAL, ...UPGRADE, 'Upgrade: h2c'],
    ] as const) {
      const before = head('GET /readyz HTTP/1.1', LOCAL);
      const text = await converse(port, before + head(`CONNECT ${target} HTTP/1.1`, ...headers));
      expect(statusesIn(text)).toEqual([200, 405]);
      expect(text).toMatch(/allow: \r\n/);
      expect(text).toContain('"code":"METHOD_NOT_ALLOWED"');
      const last = service.logged('info').at(-1)?.fields;
      expect([last?.['method'], last?.['status']]).toEqual(['CONNECT', 405]);
    }
  });
});

test('an expectation that the server does not know is answered as if it were not there (RFC 9110 10.1.1)', async () => {
  const service = createTestService();
  const { port } = await service.listen();
  const answer = await converse(port, head('GET /api HTTP/1.1', LOCAL, 'Expect: tea', 'Connection: close'));
  expect(statusesIn(answer)).toEqual([200]);
  expect(service.logged('info')).toHaveLength(1);
});

async function untilWithin(milliseconds: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It did not happen within ${milliseconds} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
