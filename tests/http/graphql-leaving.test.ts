import { describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ReportRunner } from '../../src/jobs/ports/report-runner.js';
import { onTestEnd } from '../support/on-test-end.js';
import { until } from '../support/waiting.js';
import { createTestService } from './support/service.js';

const REPORT = '{ postsReport { totalWords } }';
const WAIT = 'mutation { requestPostsReport(input: { waitMs: 60000 }) { job { status } } }';

describe('over WebSocket', () => {
  test('a report is aborted when its only caller completes the operation', async () => {
    const { runs, client, service } = await serve();
    const results = client.iterate({ query: REPORT });
    const pending = results.next();
    const { aborted } = await runs.next();
    await results.return?.();
    await aborted;
    await pending;
    expect(service.logged('error')).toEqual([]);
  });

  test('a report is aborted when its only caller closes the connection', async () => {
    const { runs, client } = await serve();
    void client
      .iterate({ query: REPORT })
      .next()
      .catch(() => {});
    const { aborted } = await runs.next();
    client.terminate();
    await aborted;
  });

  test('a report goes on while another operation waits for it, also on the same connection', async () => {
    const { runs, client, service } = await serve();
    const [leaves, stays] = [client.iterate({ query: REPORT }), client.iterate({ query: REPORT })];
    const left = leaves.next();
    const stayed = stays.next();
    const run = await runs.next();
    await until(() => service.waiters() === 2);
    await leaves.return?.();
    await until(() => service.waiters() === 1);
    await left;
    expect(run.signal.aborted).toBe(false);
    run.fail(new Error('over'));
    expect(await stayed).toMatchObject({ value: { errors: [{ extensions: { code: 'INTERNAL' } }] } });
  });

  test('an id that was completed can be used again, and is aborted by its own completion', async () => {
    const { runs, url } = await serve();
    const socket = new WebSocket(url, 'graphql-transport-ws');
    onTestEnd(() => socket.terminate());
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('open', () => send({ type: 'connection_init' }));
    await new Promise((resolve) => socket.once('message', resolve));
    for (let turn = 0; turn < 2; turn += 1) {
      send({ type: 'subscribe', id: '1', payload: { query: REPORT } });
      const { aborted } = await runs.next();
      send({ type: 'complete', id: '1' });
      await aborted;
    }
  });

  test('a wait for a job ends when its caller completes the operation', async () => {
    const { service, client } = await serve();
    const results = client.iterate({ query: WAIT });
    const pending = results.next();
    await until(() => service.watcher.size === 1);
    await results.return?.();
    await until(() => service.watcher.size === 0);
    await pending;
  });
});

describe('over HTTP', () => {
  test('a mutation whose caller has gone is not executed any further', async () => {
    const service = createTestService();
    const { url } = await service.listen();
    const caller = new AbortController();
    const query = `mutation {
      a: requestPostsReport(input: { waitMs: 60000, filter: { userIds: [1] } }) { job { id } }
      b: requestPostsReport(input: { filter: { userIds: [2] } }) { job { id } }
    }`;
    const asked = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: caller.signal,
    });
    await until(() => service.watcher.size === 1);
    caller.abort();
    await asked.catch(() => {});
    await until(() => service.watcher.size === 0 && service.logged('info').length > 0);
    await new Promise(setImmediate);
    expect(await service.countJobs()).toBe(1);
    expect(service.logged('error')).toEqual([]);
  });
});

describe('over SSE', () => {
  test('a subscriber that leaves before its subscription has begun is forgotten, and nothing is logged', async () => {
    let ask = (): void => {};
    let answer = (): void => {};
    let begin = (): void => {};
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const now = async (): Promise<Date> => {
      ask();
      await answered;
      return new Date();
    };
    const service = createTestService();
    service.store.now = now;
    const { watcher } = service;
    const watchEnds = watcher.watchEnds.bind(watcher);
    watcher.watchEnds = (...args) => watchEnds(...args).finally(begin);
    const server = await service.listen();
    const caller = new AbortController();
    const request = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { reportCompleted { id } }' }),
      signal: caller.signal,
    });
    await asked;
    caller.abort();
    await request.catch(() => {});
    await until(() => service.logged('info').length > 0); // the service logs a request when its connection has closed

    answer();
    await begun;
    await until(() => watcher.size === 0);
    expect(service.logged('error')).toEqual([]);
  });
});

interface Run {
  readonly signal: AbortSignal;
  readonly aborted: Promise<void>;
  readonly fail: (error: Error) => void;
}

/** A service whose reports end only when they are aborted. */
async function serve() {
  const started: Run[] = [];
  let wake = (): void => {};
  const run: ReportRunner['run'] = (_task, { signal }) =>
    new Promise((_resolve, reject) => {
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
          resolve();
        });
      });
      started.push({ signal, aborted, fail: reject });
      wake();
    });
  const service = createTestService({ run, syncReportLimit: 1 });
  const { syncReports } = service.services;
  const share = syncReports.run.bind(syncReports);
  let waiters = 0;
  syncReports.run = (...args) => {
    waiters += 1;
    return share(...args).finally(() => (waiters -= 1));
  };
  const server = await service.listen();
  // With `lazy: false` the connection stays open without an operation.
  const client = createClient({
    url: server.webSocketUrl,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
  });
  onTestEnd(() => client.dispose());
  const runs = {
    next: async (): Promise<Run> => {
      while (started.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return started.shift() as Run;
    },
  };
  return { service: { ...service, waiters: () => waiters }, client, runs, url: server.webSocketUrl };
}
