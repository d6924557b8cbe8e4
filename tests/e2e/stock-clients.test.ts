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
/** Follows a job to its end: each status that its user is told, until the client says that it is over. */
type Follow = (url: string, id: string, told: (status: Status) => void) => Promise<void>;

const UPDATES = 'subscription ($id: ID!) { jobUpdated(id: $id) { id status } }';
// A connection that is refused is an error without a code in Node.js, after which graphql-ws gives up unless told otherwise.
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 50));

function webSocketClient(url: string): WsClient {
  const address = `${url.replace(/^http/, 'ws')}/graphql`;
  return createWsClient({
    url: address,
    webSocketImpl: WebSocket,
    retryAttempts: 200,
    retryWait: pause,
    shouldRetry: () => true,
  });
}

const CLIENTS: readonly (readonly [name: string, follow: Follow])[] = [
  [
    'graphql-ws',
    async (url, id, told) => {
      const operation = { query: UPDATES, variables: { id } };
      for await (const { data } of webSocketClient(url).iterate(operation)) told(statusIn(data));
    },
  ],
  [
    'graphql-sse',
    async (url, id, told) => {
      const client = createSseClient({ url: `${url}/graphql`, retryAttempts: 200, retry: pause });
      const operation = { query: UPDATES, variables: { id } };
      for await (const { data } of client.iterate(operation)) told(statusIn(data));
    },
  ],
  [
    'urql',
    (url, id, told) => {
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
            else if (hasNext) told(statusIn(data)); // with complete urql says the last one again, without `hasNext`
          });
      });
    },
  ],
  [
    'Apollo Client',
    (url, id, told) => {
      const link = new GraphQLWsLink(webSocketClient(url));
      const client = new ApolloClient({ cache: new InMemoryCache(), link });
      return new Promise((resolve, reject) => {
        client.subscribe({ query: gql(UPDATES), variables: { id } }).subscribe({
          next: ({ data, error }) => (error ? reject(error) : told(statusIn(data))),
          error: reject,
          complete: resolve,
        });
      });
    },
  ],
  [
    'EventSource',
    (url, id, told) =>
      new Promise((resolve) => {
        const events = new EventSource(`${url}/api/2.0/report/jobs/${id}/events`);
        const tell = ({ data }: { data: unknown }) =>
          told((JSON.parse(String(data)) as { status: Status }).status);
        events.addEventListener('job', tell);
        events.addEventListener('end', tell);
        // It comes back after the end as well, and is then told that there is no more.
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
  test('survives that the API is killed and started again, is told the end once, and then it is over', async () => {
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
