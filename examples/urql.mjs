// urql: query and mutation over HTTP, subscription over graphql-ws. With React, import from `urql` instead of
// `@urql/core`.
import { createClient, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // built into browsers and Node.js 22 or later

const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};

const webSocket = createWsClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: headers,
  shouldRetry: ({ code }) => code !== 4403, // 4403: the token is wrong
});
const client = createClient({
  url: `${url}/graphql`,
  preferGetMethod: false,
  fetchOptions: { headers },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: webSocket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
});

const { queueHealth } = dataOf(
  await client.query(
    gql`
      {
        queueHealth {
          queued
          running
          workers
        }
      }
    `,
    {},
  ),
);
console.log(`${queueHealth.workers} workers, ${queueHealth.queued} jobs before yours`);

const { requestPostsReport } = dataOf(
  await client.mutation(
    gql`
      mutation {
        requestPostsReport {
          job {
            id
          }
          userErrors {
            message
          }
        }
      }
    `,
    {},
  ),
);
const { job, userErrors } = requestPostsReport;
if (!job) throw new Error(userErrors[0].message);
console.log(`Requested: job ${job.id}`);

const END = gql`
  subscription ($id: ID!) {
    reportCompleted(jobId: $id) {
      status
      errorMessage
      report {
        totalUsers
        totalWords
      }
    }
  }
`;
const { reportCompleted } = await new Promise((resolve, reject) => {
  client.subscription(END, { id: job.id }).subscribe((result) => {
    if (result.error) reject(result.error);
    else resolve(result.data);
  });
});
const { status, errorMessage, report } = reportCompleted;
console.log(`It is over: ${status}`);
if (status !== 'SUCCEEDED') throw new Error(errorMessage ?? status);
console.log(`${report.totalUsers} users wrote ${report.totalWords} words`);
await webSocket.dispose();

function dataOf({ data, error }) {
  if (error) throw error;
  return data;
}
