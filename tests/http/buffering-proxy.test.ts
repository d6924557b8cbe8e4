import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { EventSource } from 'eventsource';
import { createClient } from 'graphql-sse';
import { onTestEnd } from '../support/on-test-end.js';
import { startBufferingProxy } from './support/buffering-proxy.js';
import { createTestService } from './support/service.js';

test('a subscription over SSE comes as it happens through a proxy that holds back and compresses', async () => {
  const { service, url, id } = await behindProxy();
  const client = createClient({ url: `${url}/graphql`, headers: { 'accept-encoding': 'gzip' } });
  onTestEnd(() => client.dispose());
  const updates = client.iterate({ query: `subscription { jobUpdated(id: "${id}") { status } }` });
  expect(await updates.next()).toMatchObject({ value: { data: { jobUpdated: { status: 'QUEUED' } } } });
  await service.begin(id);
  expect(await updates.next()).toMatchObject({ value: { data: { jobUpdated: { status: 'RUNNING' } } } });
  await updates.return?.();
});

test('events over REST come as they happen through a proxy that holds back and compresses', async () => {
  const { service, url, id } = await behindProxy();
  const events = new EventSource(`${url}/api/2.0/report/jobs/${id}/events`, {
    fetch: (address, init) =>
      fetch(address, { ...init, headers: { ...init.headers, 'accept-encoding': 'gzip' } }),
  });
  onTestEnd(() => events.close());
  expect(await nextStatus(events)).toBe('QUEUED');
  const next = nextStatus(events);
  await service.begin(id);
  expect(await next).toBe('RUNNING');
});

test.each([
  ['not marked at all', {}],
  ['only marked against holding back', { 'x-accel-buffering': 'no' }],
  ['only marked against compressing', { 'cache-control': 'no-transform' }],
])('that proxy does hold back what is %s', async (_what, headers) => {
  const origin = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.write('data: 1\n\n');
    setTimeout(() => response.end(), 300);
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  onTestEnd(() => origin.close());
  const proxy = await startBufferingProxy(`http://127.0.0.1:${(origin.address() as AddressInfo).port}`);
  onTestEnd(() => proxy.close());

  const askedAt = performance.now();
  const response = await fetch(proxy.url, { headers: { 'accept-encoding': 'gzip' } });
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n');
  expect(performance.now() - askedAt).toBeGreaterThan(100);
});

async function behindProxy() {
  const service = createTestService();
  const server = await service.listen();
  const proxy = await startBufferingProxy(server.url);
  onTestEnd(() => proxy.close());
  return { service, url: proxy.url, id: await service.request() };
}

async function nextStatus(events: EventSource): Promise<string> {
  const { data } = await new Promise<MessageEvent>((resolve) =>
    events.addEventListener('job', resolve, { once: true }),
  );
  return (JSON.parse(data as string) as { status: string }).status;
}
