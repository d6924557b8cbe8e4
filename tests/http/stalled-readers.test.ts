import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { onTestEnd } from '../support/on-test-end.js';
import { until } from '../support/waiting.js';
import { head } from './support/raw.js';
import { createTestService, type TestService } from './support/service.js';

const LARGE_QUERY = '{ jobs(first: 1000) { nodes { a: filter { userIds } b: filter { userIds } } } }';

describe('a client that does not read', () => {
  it('loses its connection when it takes none of a large answer', async () => {
    const { port, connections } = await createTestService().listen({ timeout: 300 });
    const socket = send(port, head('GET /graphql HTTP/1.1', 'Host: localhost', 'Accept: text/html'));
    await until(() => socket.readableLength > 0);
    await until(async () => (await connections()) === 0);
  });

  it('is not taken for one that waits for its answer', async () => {
    const { url } = await createTestService().listen({ timeout: 300 });
    const response = await fetch(`${url}/api/2.0/report/posts`, {
      method: 'POST',
      headers: { prefer: 'wait=1' },
    });
    expect(response.status).toBe(202);
  });

  it.each([
    ['GraphQL', 'POST /graphql HTTP/1.1', { query: LARGE_QUERY }],
    ['REST', 'GET /api/2.0/report/jobs?limit=1000 HTTP/1.1', undefined],
  ])('has little of a large answer of %s waiting for it', async (_interface, line, body) => {
    const service = createTestService();
    const { port, server } = await service.listen();
    const sockets: Socket[] = [];
    server.node.on('connection', (socket) => sockets.push(socket));
    await makeLargeJobs(service);
    const text = body === undefined ? '' : JSON.stringify(body);
    const about = ['Host: localhost', 'Content-Type: application/json', `Content-Length: ${text.length}`];
    const client = send(port, head(line, ...about) + text);
    await until(() => client.readableLength > 0);
    for (let look = 0; look < 20; look += 1) {
      expect(sockets[0]?.writableLength).toBeLessThan(1_000_000);
      await new Promise(setImmediate);
    }
  });

  it('has little of a large answer waiting for it over WebSocket, and gets all of it once it reads', async () => {
    const service = createTestService();
    const { webSocketUrl, server } = await service.listen();
    const sockets: Socket[] = [];
    server.node.on('connection', (socket) => sockets.push(socket));
    await makeLargeJobs(service);
    const client = new WebSocket(webSocketUrl, 'graphql-transport-ws');
    onTestEnd(() => client.terminate());
    const messages: { id?: string; type: string; payload?: { data?: { jobs: { nodes: unknown[] } } } }[] = [];
    client.on('message', (data: Buffer) => void messages.push(JSON.parse(data.toString())));
    await once(client, 'open');
    client.send(JSON.stringify({ type: 'connection_init' }));
    await until(() => messages.length === 1);
    client.pause();
    for (const id of ['a', 'b'])
      client.send(JSON.stringify({ type: 'subscribe', id, payload: { query: LARGE_QUERY } }));
    await until(() => (sockets[0]?.writableLength ?? 0) > 0);
    client.send(JSON.stringify({ type: 'subscribe', id: 'c', payload: { query: '{ requester { name } }' } }));
    for (let look = 0; look < 20; look += 1) {
      expect(sockets[0]?.writableLength).toBeLessThan(1_000_000);
      await new Promise(setImmediate);
    }
    client.resume();
    await until(() => messages.filter(({ type }) => type === 'complete').length === 3);
    const answers = messages.filter(({ type, id }) => type === 'next' && id !== 'c');
    expect(answers.map(({ payload }) => payload?.data?.jobs.nodes.length)).toEqual([600, 600]);
  });

  it('has little of a large page waiting for it', async () => {
    const { port, server } = await createTestService().listen();
    const sockets: Socket[] = [];
    server.node.on('connection', (socket) => sockets.push(socket));
    const client = send(port, head('GET /graphql HTTP/1.1', 'Host: localhost', 'Accept: text/html'));
    await until(() => client.readableLength > 0);
    expect(sockets[0]?.writableLength).toBeLessThan(200_000);
  });

  it('gets no pongs over WebSocket while 1 MB of them is unread', async () => {
    const { webSocketUrl, server } = await createTestService().listen();
    const sockets: Socket[] = [];
    server.node.on('connection', (socket) => sockets.push(socket));
    const client = new WebSocket(webSocketUrl, 'graphql-transport-ws');
    onTestEnd(() => client.terminate());
    await once(client, 'open');
    client.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(90_000) } });
    for (let count = 0; count < 300; count += 1) client.send(ping);
    await until(() => client.bufferedAmount === 0);
    await until(() => (sockets[0]?.writableLength ?? 0) > 0);
    expect(sockets[0]?.writableLength).toBeLessThan(1_200_000);
  });
});

function send(port: number, text: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(text)).on('error', () => {});
  onTestEnd(() => void socket.destroy());
  return socket;
}

async function makeLargeJobs(service: TestService): Promise<void> {
  for (let job = 0; job < 600; job += 20)
    await Promise.all(Array.from({ length: 20 }, (_, n) => service.request({ filter: longFilter(job + n) })));
}

function longFilter(job: number): object {
  return { userIds: Array.from({ length: 1000 }, (_, index) => 2_000_000_000 + job * 1000 + index) };
}
