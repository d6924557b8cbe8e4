import { describe, expect, test } from '@jest/globals';
import { until } from '../support/waiting.js';
import { RawWebSocket } from './support/raw-web-socket.js';
import { createTestService, type TestServiceOptions } from './support/service.js';

const UPDATES = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status } }';
const ENDS = 'subscription { reportCompleted { id } }';

async function serve(options: TestServiceOptions = {}) {
  const service = createTestService(options);
  const { port } = await service.listen();
  return { service, socket: await RawWebSocket.open(port) };
}

describe('an operation that is refused ends no other operation', () => {
  test.each<[query: string, variables: object]>([
    ['subscription S($full: Boolean!) { reportCompleted @include(if: $full) { id } }', { full: false }],
    ['subscription { reportCompleted @skip(if: true) { id } }', {}],
    ['subscription { ...F } fragment F on Subscription { reportCompleted @skip(if: true) { id } }', {}],
    ['subscription { ... @include(if: false) { reportCompleted { id } } }', {}],
  ])('%s with %j', async (query, variables) => {
    const { service, socket } = await serve();
    const id = await service.request();
    socket.send(socket.subscribe('stays', UPDATES, { id }), socket.subscribe('bad', query, variables));
    expect(await socket.next((message) => message.id === 'bad')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    await service.finish(id);
    await socket.next(({ type, id: operation }) => type === 'complete' && operation === 'stays');
    expect(service.logged('error')).toEqual([]);
    expect(service.watcher.size).toBe(0);
  });

  test('when it fails unexpectedly', async () => {
    const { service, socket } = await serve();
    const id = await service.request();
    service.watcher.watchEnds = () => {
      throw new TypeError('unforeseen');
    };
    socket.send(socket.subscribe('stays', UPDATES, { id }), socket.subscribe('bad', ENDS));
    const failed = await socket.next((message) => message.id === 'bad');
    expect(JSON.stringify(failed)).toContain('"code":"INTERNAL"');
    await service.finish(id);
    await socket.next(({ type, id: operation }) => type === 'complete' && operation === 'stays');
    expect(service.logged('error')).toHaveLength(1);
  });
});

describe('an id that is used again', () => {
  test('in the segment of its completion has its new operation', async () => {
    const { service, socket } = await serve();
    const [first, second] = [await service.request(), await service.request({ filter: { userIds: [2] } })];
    socket.send(socket.subscribe('a', UPDATES, { id: first }));
    await socket.next(({ payload }) => payload?.data.jobUpdated.id === first);
    socket.send({ type: 'complete', id: 'a' }, socket.subscribe('a', UPDATES, { id: second }));
    await socket.next(({ payload }) => payload?.data.jobUpdated.id === second);
    await until(() => service.watcher.size === 1);
    await service.finish(second);
    await socket.next(({ type }) => type === 'complete');
    expect(socket.received.at(-2)?.payload.data.jobUpdated).toEqual({ id: second, status: 'SUCCEEDED' });
    expect(service.watcher.size).toBe(0);
  });

  test('leaves no observer of the operation before it, although the reader is slow', async () => {
    const { service, socket } = await serve();
    const userIds = Array.from({ length: 1000 }, (_, index) => 1_000_000 + index);
    const aliases = Array.from({ length: 20 }, (_, index) => `a${index}: userIds`).join(' ');
    const large = `subscription ($id: ID!) { jobUpdated(id: $id) { version filter { ${aliases} } } }`;
    const [first, second] = [await service.request({ filter: { userIds } }), await service.request()];
    await service.begin(first);
    socket.send(socket.subscribe('a', large, { id: first }));
    await socket.next(({ payload }) => payload?.data.jobUpdated.version !== undefined);
    socket.pause();
    // Each event has about 200 kB, so that the buffers fill and further events wait.
    for (let event = 0; event < 40; event += 1) await service.progress(first, event % 9);
    socket.send({ type: 'complete', id: 'a' }, socket.subscribe('a', UPDATES, { id: second }));
    socket.send({ type: 'ping' });
    await until(() => service.watcher.size === 1);
    socket.resume();
    await socket.next(({ payload }) => payload?.data.jobUpdated.id === second);
    socket.send({ type: 'complete', id: 'a' });
    await until(() => service.watcher.size === 0);
  });
});

test('a connection has at most 100 operations under way', async () => {
  const { service, socket } = await serve();
  socket.send(...Array.from({ length: 101 }, (_, n) => socket.subscribe(`s${n}`, ENDS)));
  expect(await socket.next(({ id }) => id === 's100')).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'RATE_LIMITED' } }],
  });
  await until(() => service.watcher.size === 100);
  socket.send({ type: 'complete', id: 's0' });
  await until(() => service.watcher.size === 99);
  socket.send(socket.subscribe('s100', ENDS));
  await until(() => service.watcher.size === 100);
});

describe('a connection is closed', () => {
  test('with 4409 and a short reason for an id that is in use, however long it is', async () => {
    const { service, socket } = await serve();
    const id = 'é'.repeat(90);
    socket.send(socket.subscribe(id, ENDS), socket.subscribe(id, ENDS));
    const [code, reason] = await socket.closed;
    expect(code).toBe(4409);
    expect(Buffer.byteLength(reason)).toBeLessThan(124);
    await until(() => service.watcher.size === 0);
    expect(service.logged('error')).toEqual([]);
  });

  test.each([
    { type: 'next', id: '1', payload: {} },
    { type: 'error', id: '1', payload: [{ message: 'x' }] },
    { type: 'connection_ack' },
    { type: 'unknown' },
  ])('with 4400 for a message that only a server sends: %j', async (message) => {
    const { service, socket } = await serve();
    socket.send(message);
    expect((await socket.closed)[0]).toBe(4400);
    expect(service.logged('error')).toEqual([]);
  });

  test('with 4429 for a second connection_init', async () => {
    const { socket } = await serve();
    socket.send({ type: 'connection_init' });
    expect((await socket.closed)[0]).toBe(4429);
  });
});

test('a ping is answered with its payload', async () => {
  const { socket } = await serve();
  socket.send({ type: 'ping', payload: { a: 1 } });
  expect(await socket.next(({ type }) => type === 'pong')).toEqual({ type: 'pong', payload: { a: 1 } });
});
