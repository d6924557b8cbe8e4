import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createUrqlClient, subscriptionExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient, type Client as WsClient } from 'graphql-ws';
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { startApi, startWorker, type ApiProcess, type ServiceProcess } from '../support/processes.js';
import { createRestClient } from '../support/rest-client.js';
import { startServiceServers, type Service } from '../support/service.js';

type Status = string;
/**
 * Follows a job to its end. `onStatus` gets each status that the client delivers. Resolves when the client completes.
 */
type Follow = (url: string, id: string, onStatus: (status: Status) => void) => Promise<void>;

const UPDATES = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status } }';
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 50));

function webSocketClient(url: string): WsClient {
  const address = `${url.replace(/^http/, 'ws')}/graphql`;
  return createWsClient({
    url: address,
    webSocketImpl: WebSocket,
    retryAttempts: 200,
    retryWait: pause,
    // In Node.js a refused connection is an error without a close code. By default graphql-ws does not retry after it.
    shouldRetry: () => true,
  });
}

const CLIENTS: readonly (readonly [name: string, follow: Follow])[] = [
  [
    'graphql-ws',
    async (url, id, onStatus) => {
      const operation = { query: UPDATES, variables: { id } };
      for await (const { data } of webSocketClient(url).iterate(operation)) onStatus(statusIn(data));
    },
  ],
  [
    'graphql-sse',
    async (url, id, onStatus) => {
      const client = createSseClient({ url: `${url}/graphql`, retryAttempts: 200, retry: pause });
      const operation = { query: UPDATES, variables: { id } };
      for await (const { data } of client.iterate(operation)) onStatus(statusIn(data));
    },
  ],
  [
    'urql',
    (url, id, onStatus) => {
      const webSocket = webSocketClient(url);
      return new Promise((resolve, reject) => {
        const forwarding = subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => {
              const observer = { ...sink, complete: () => (sink.complete(), resolve()) };
              const operation = { query, variables: variables as Record<string, unknown> };
              return { unsubscribe: webSocket.subscribe(operation, observer as never) };
            },
          }),
        });
        createUrqlClient({ url, preferGetMethod: false, exchanges: [forwarding] })
          .subscription(UPDATES, { id })
          .subscribe(({ data, error, hasNext }) => {
            if (error) reject(error);
            else if (hasNext) onStatus(statusIn(data)); // at the end urql repeats the last result, without `hasNext`
          });
      });
    },
  ],
  [
    'Apollo Client',
    (url, id, onStatus) => {
      const link = new GraphQLWsLink(webSocketClient(url));
      const client = new ApolloClient({ cache: new InMemoryCache(), link });
      return new Promise((resolve, reject) => {
        client.subscribe({ query: gql(UPDATES), variables: { id } }).subscribe({
          next: ({ data, error }) => (error ? reject(error) : onStatus(statusIn(data))),
          error: reject,
          complete: resolve,
        });
      });
    },
  ],
  [
    'EventSource',
    (url, id, onStatus) =>
      new Promise((resolve) => {
        const events = new EventSource(`${url}/api/2.0/report/jobs/${id}/events`);
        const listener = ({ data }: { data: unknown }) =>
          onStatus((JSON.parse(String(data)) as { status: Status }).status);
        events.addEventListener('job', listener);
        events.addEventListener('end', listener);
        // An EventSource reconnects after the job's end. The answer 204 to its new request closes it.
        events.addEventListener('error', () => {
          if (events.readyState === events.CLOSED) resolve();
        });
      }),
  ],
];

let service: Service;
let worker: ServiceProcess;
let api: ApiProcess;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  service = await startServiceServers('bee-queue');
  env = { ...service.env, PORT: String(await findFreePort()) };
  [api, worker] = await Promise.all([startApi({ env }), startWorker({ env })]);
});

afterAll(async () => {
  await Promise.all([api?.kill('SIGKILL'), worker?.kill('SIGKILL')]);
  await service?.close();
});

describe.each(CLIENTS)('%s', (_name, follow) => {
  test('reconnects to an API that was killed and restarted, receives the end once, and completes', async () => {
    const unlock = await service.lockPosts();
    const { job_id: id } = await createRestClient(api.url).request();
    const statuses: Status[] = [];
    let over = Promise.resolve();
    await new Promise<void>((resolve) => {
      over = follow(api.url, id, (status) => {
        statuses.push(status);
        resolve();
      });
    });
    await api.kill('SIGKILL');
    api = await startApi({ env });
    await unlock();
    await over;
    expect(statuses.filter((status) => status === 'SUCCEEDED')).toEqual(['SUCCEEDED']);
    expect(statuses.at(-1)).toBe('SUCCEEDED');
  });
});

function statusIn(data: unknown): Status {
  return (data as { jobUpdated: { status: Status } }).jobUpdated.status;
}
