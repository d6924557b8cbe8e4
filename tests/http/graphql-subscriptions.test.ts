import { describe, expect, test } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ServiceUnavailableError } from '../../src/reports/errors.js';
import { until } from '../support/waiting.js';
import { createTestService, type TestService, type TestServiceOptions } from './support/service.js';

const UNKNOWN_ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const updates = (id: string) =>
  `subscription { jobUpdated(id: "${id}") { id status version progress { percent } } }`;
const end = (id: string) => `subscription { reportCompleted(jobId: "${id}") { id status } }`;
const ENDS = 'subscription { reportCompleted { id status } }';

/** A running subscription: the results so far, and promises of later results. */
interface Subscription {
  readonly results: any[]; // eslint-disable-line typescript/no-explicit-any -- answers of many shapes
  /** Resolves with the first `count` results. */
  received(count: number): Promise<unknown[]>;
  /** Resolves with `complete`, or with the error after which the client gives up. */
  readonly over: Promise<unknown>;
  readonly reconnects: () => number;
  stop(): void;
}

type Subscribe = (query: string) => Subscription;
type Server = Awaited<ReturnType<TestService['listen']>>;

/** A common client for each transport, with a few retries. */
const TRANSPORTS: readonly [name: string, connect: (server: Server, token?: string) => Subscribe][] = [
  [
    'SSE (graphql-sse)',
    (server, token) => (query) => {
      let connections = 0;
      const client = createSseClient({
        url: `${server.url}/graphql`,
        retryAttempts: 5,
        retry: () => new Promise((resolve) => setTimeout(resolve, 10)),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        on: { connecting: () => (connections += 1) },
      });
      return observe(
        (sink) => client.subscribe({ query }, sink),
        () => connections - 1,
      );
    },
  ],
  [
    'WebSocket (graphql-ws)',
    (server, token) => (query) => {
      let connections = 0;
      const client = createWsClient({
        url: server.webSocketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 5,
        retryWait: () => new Promise((resolve) => setTimeout(resolve, 10)),
        shouldRetry: () => true,
        connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
        on: { connected: () => (connections += 1) },
      });
      return observe(
        (sink) => client.subscribe({ query }, sink),
        () => connections - 1,
      );
    },
  ],
];

async function serve(options: TestServiceOptions = {}) {
  const service = createTestService(options);
  return { service, server: await service.listen() };
}

describe.each(TRANSPORTS)('over %s', (_name, connect) => {
  test('jobUpdated sends the current state and each change, and completes after the terminal state', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    const subscription = connect(server)(updates(id));
    await subscription.received(1);
    await service.finish(id);
    await subscription.over;
    const states = subscription.results.map(({ data }) => data.jobUpdated);
    expect(states[0]).toMatchObject({ id, status: 'QUEUED', version: 1 });
    expect(states.at(-1)).toMatchObject({ id, status: 'SUCCEEDED', progress: { percent: 100 } });
    expect(service.watcher.size).toBe(0);
  });

  test('jobUpdated sends progress', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    await service.begin(id);
    const subscription = connect(server)(updates(id));
    await subscription.received(1);
    await service.progress(id, 400);
    expect((await subscription.received(2))[1]).toMatchObject({
      data: { jobUpdated: { progress: { percent: 40 } } },
    });
    subscription.stop();
  });

  test.each(['SUCCEEDED', 'FAILED', 'CANCELED'])(
    'reportCompleted with an id sends the end %s once',
    async (status) => {
      const { service, server } = await serve();
      const id = await service.request();
      const subscription = connect(server)(end(id));
      await watched(service, 1);
      if (status === 'SUCCEEDED') await service.finish(id);
      else if (status === 'FAILED') await service.fail(id);
      else await service.ask(`mutation { cancelJob(id: "${id}") { job { status } } }`);
      await subscription.over;
      expect(subscription.results).toEqual([{ data: { reportCompleted: { id, status } } }]);
    },
  );

  test('reportCompleted with an id sends an end that was there before', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    await service.finish(id);
    const subscription = connect(server)(end(id));
    await subscription.over;
    expect(subscription.results).toEqual([{ data: { reportCompleted: { id, status: 'SUCCEEDED' } } }]);
  });

  test('reportCompleted without an id sends every later end, and does not complete', async () => {
    const { service, server } = await serve();
    const subscription = connect(server)(ENDS);
    await watched(service, 1);
    const ids = [];
    for (const userId of [1, 2]) {
      const id = await service.request({ filter: { userIds: [userId] } });
      await service.finish(id);
      ids.push(id);
    }
    const ends = (await subscription.received(2)) as { data: { reportCompleted: { id: string } } }[];
    expect(ends.map(({ data }) => data.reportCompleted.id)).toEqual(ids);
    expect(service.watcher.size).toBe(1);
    subscription.stop();
  });

  test.each([
    ['jobUpdated', updates(UNKNOWN_ID)],
    ['reportCompleted', end(UNKNOWN_ID)],
    ['an id that is none', updates('x')],
  ])('an unknown id is one NOT_FOUND error, then complete: %s', async (_what, query) => {
    const { server } = await serve();
    const subscription = connect(server)(query);
    await subscription.over;
    expect(subscription.results).toMatchObject([
      { data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
    expect(subscription.results).toHaveLength(1);
  });

  test('a client that disconnects leaves no observer', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    const subscribe = connect(server);
    const all = [subscribe(updates(id)), subscribe(end(id)), subscribe(ENDS)];
    await watched(service, 3);
    for (const subscription of all) subscription.stop();
    await watched(service, 0);
  });

  test('a stream that ends before its job is cut without complete, and its client comes back', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    const subscription = connect(server)(updates(id));
    await subscription.received(1);
    service.replaceWatcher();
    await until(() => subscription.reconnects() === 1);
    await subscription.received(2);
    await service.finish(id);
    expect(await subscription.over).toBe('complete');
    expect(subscription.results.at(-1)).toMatchObject({ data: { jobUpdated: { status: 'SUCCEEDED' } } });
  });

  test('a server that closes completes no subscription', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    const subscription = connect(server)(updates(id));
    await subscription.received(1);
    await server.close();
    expect(await subscription.over).not.toBe('complete');
    expect(service.watcher.size).toBe(0);
  });

  test('a subscription that cannot begin because the database is away is tried again', async () => {
    const { service, server } = await serve();
    let calls = 0;
    service.store.now = async () => {
      calls += 1;
      if (calls === 1) throw new ServiceUnavailableError('The database is away.');
      return new Date();
    };
    const subscription = connect(server)(ENDS);
    await watched(service, 1);
    expect(calls).toBeGreaterThan(1);
    subscription.stop();
  });

  test('a viewer gets events of their own jobs alone', async () => {
    const tokens = [
      { name: 'ann', role: 'viewer', token: 'a' },
      { name: 'ben', role: 'viewer', token: 'b' },
    ] as const;
    const { service, server } = await serve({ authTokens: tokens });
    const anns = connect(server, 'a')(ENDS);
    await watched(service, 1);
    const bens = await service.request({}, { authorization: 'Bearer b' });
    await service.finish(bens);
    const own = await service.request({}, { authorization: 'Bearer a' });
    await service.finish(own);
    await anns.received(1);
    expect(anns.results).toMatchObject([{ data: { reportCompleted: { id: own } } }]);
    const foreign = connect(server, 'a')(updates(bens));
    await foreign.over;
    expect(foreign.results).toMatchObject([{ errors: [{ extensions: { code: 'NOT_FOUND' } }] }]);
    anns.stop();
  });
});

describe('a reader that does not read', () => {
  // An event has about 200 kB, so that a few events fill the buffers between service and client.
  const userIds = Array.from({ length: 1000 }, (_, index) => 1_000_000 + index);
  const aliases = Array.from({ length: 20 }, (_, index) => `a${index}: userIds`).join(' ');
  const large = (id: string) => `subscription { jobUpdated(id: "${id}") { version filter { ${aliases} } } }`;

  /**
   * Publishes events until the service ends the subscription. The first events fill the buffers between service and
   * client; later events wait.
   */
  async function overflow(service: TestService, id: string): Promise<void> {
    for (let event = 0; service.watcher.size > 0; event += 1) await service.progress(id, event % 9);
  }

  test('over SSE is cut after 100 waiting events', async () => {
    const { service, server } = await serve();
    const id = await service.request({ filter: { userIds } });
    await service.begin(id);
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
      body: JSON.stringify({ query: large(id) }),
    });
    await watched(service, 1);
    await overflow(service, id);
    await until(async () => (await server.connections()) === 0);
    await expect(response.text()).rejects.toThrow();
  });

  test('over WebSocket is cut after 100 waiting events', async () => {
    const { service, server } = await serve();
    const id = await service.request({ filter: { userIds } });
    await service.begin(id);
    const socket = new WebSocket(server.webSocketUrl, 'graphql-transport-ws');
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.once('message', () => {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: large(id) } }));
      socket.pause();
    });
    await watched(service, 1);
    await overflow(service, id);
    await until(async () => (await server.connections()) === 0);
    socket.terminate();
  });
});

describe('SSE', () => {
  test('has headers with which proxies forward each event at once', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    await service.finish(id);
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(end(id))}`, {
      headers: { Accept: 'text/event-stream' },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(await response.text()).toMatch(/event: next\ndata: \{.*SUCCEEDED.*\}\n\nevent: complete/);
  });

  test('ends at once, not with the next ping, when its reader leaves during a read', async () => {
    const service = createTestService();
    const response = await service.fetch(`/graphql?query=${encodeURIComponent(ENDS)}`, {
      headers: { Accept: 'text/event-stream' },
    });
    const reader = response.body?.getReader();
    await reader?.read();
    void reader?.read();
    await watched(service, 1);
    void reader?.cancel();
    await new Promise(setImmediate);
    expect(service.watcher.size).toBe(0);
  });

  test('is refused by GET to a page of another site, before it begins', async () => {
    const service = createTestService();
    const response = await service.fetch(`/graphql?query=${encodeURIComponent(ENDS)}`, {
      headers: { Accept: 'text/event-stream', 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(service.watcher.size).toBe(0);
  });

  test('is the only form of a subscription over HTTP; another one is refused before it begins', async () => {
    const service = createTestService();
    service.watcher.watchEnds = () => {
      throw new Error('subscribed');
    };
    const response = await service.fetch('/graphql', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ query: ENDS }),
    });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
  });
});

describe('observers of one job with the same selection', () => {
  test('go on when one of them leaves during it', async () => {
    const { service, server } = await serve();
    const id = await service.request();
    const [leaves, stays] = TRANSPORTS.map(([, connect]) => connect(server)(updates(id)));
    await Promise.all([leaves?.received(1), stays?.received(1)]);
    const finished = service.finish(id);
    leaves?.stop();
    await finished;
    expect(await stays?.over).toBe('complete');
    expect(stays?.results.at(-1)).toMatchObject({ data: { jobUpdated: { status: 'SUCCEEDED' } } });
  });
});

describe('WebSocket', () => {
  async function closeCode(
    act: (socket: WebSocket) => void,
    options: TestServiceOptions = {},
  ): Promise<number> {
    const { server } = await serve(options);
    const socket = new WebSocket(server.webSocketUrl, 'graphql-transport-ws');
    socket.on('open', () => act(socket));
    return await new Promise((resolve) => socket.on('close', resolve));
  }
  const tokens = [{ name: 'ann', role: 'viewer', token: 'a' }] as const;

  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer b' }],
    ['a token that is no text', { authorization: ['Bearer a'] }],
  ])('is closed with 4403 for %s', async (_what, payload) => {
    const init = JSON.stringify({ type: 'connection_init', payload });
    expect(await closeCode((socket) => socket.send(init), { authTokens: tokens })).toBe(4403);
  });

  test('is closed when no connection_init comes', async () => {
    expect(await closeCode(() => {})).toBe(4408);
  });

  test('is closed for an operation before connection_init', async () => {
    const early = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: ENDS } });
    expect(await closeCode((socket) => socket.send(early))).toBe(4401);
  });

  test('is closed for a message that is not of the protocol', async () => {
    expect(await closeCode((socket) => socket.send('{'))).toBe(4400);
  });

  test('is closed for a message over 100 kB', async () => {
    expect(await closeCode((socket) => socket.send('x'.repeat(100_001)))).toBe(1009);
  });

  test.each([
    ['another path', '/other', undefined, 404],
    ['a page of another origin', '/graphql', 'https://evil.example', 403],
  ])('is refused for %s', async (_what, path, origin, status) => {
    const { server } = await serve();
    const url = server.webSocketUrl.replace('/graphql', path);
    const socket = new WebSocket(url, 'graphql-transport-ws', origin === undefined ? {} : { origin });
    const refused = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    socket.terminate();
    expect(refused).toBe(status);
  });

  test.each([
    ['subscription { jobUpdated(id: 1.5) { id } }', 'BAD_USER_INPUT'],
    ['subscription { nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
  ])('refuses %j as %s', async (query, code) => {
    const { server } = await serve();
    const client = createWsClient({ url: server.webSocketUrl, webSocketImpl: WebSocket });
    const error = await new Promise((resolve) => {
      client.subscribe({ query }, { next: () => {}, error: resolve, complete: () => {} });
    });
    expect(error).toMatchObject([{ extensions: { code } }]);
    await client.dispose();
  });

  test('serves queries and mutations too', async () => {
    const { server } = await serve();
    const client = createWsClient({ url: server.webSocketUrl, webSocketImpl: WebSocket });
    const results = client.iterate({ query: 'mutation { requestPostsReport { job { status } } }' });
    expect((await results.next()).value).toEqual({
      data: { requestPostsReport: { job: { status: 'QUEUED' } } },
    });
    await client.dispose();
  });
});

function observe(
  subscribe: (sink: {
    next(result: unknown): void;
    error(error: unknown): void;
    complete(): void;
  }) => () => void,
  reconnects: () => number,
): Subscription {
  const results: unknown[] = [];
  const waiting = new Set<() => void>();
  let finish: (how: unknown) => void = () => {};
  const over = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  const stop = subscribe({
    next(result) {
      results.push(result);
      for (const wake of waiting) wake();
    },
    error: (error) => finish(error),
    complete: () => finish('complete'),
  });
  return {
    results,
    over,
    stop,
    reconnects,
    received: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (results.length < count) return;
          waiting.delete(look);
          resolve(results.slice(0, count));
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Resolves when the service has `size` observers. */
async function watched(service: TestService, size: number): Promise<void> {
  await until(() => service.watcher.size === size);
}
