// Apollo Client: query and mutation over HTTP, subscription over graphql-ws. React's hooks are in
// `@apollo/client/react`.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient as createWsClient } from 'graphql-ws';
import { OperationTypeNode } from 'graphql';
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
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(webSocket),
    new HttpLink({ uri: `${url}/graphql`, headers }),
  ),
});

const { data: health } = await client.query({
  query: gql`
    {
      queueHealth {
        queued
        running
        workers
      }
    }
  `,
});
console.log(`${health.queueHealth.workers} workers, ${health.queueHealth.queued} jobs before yours`);

const { data: requested } = await client.mutate({
  mutation: gql`
    mutation {
      requestPostsReport {
        job {
          id
          status
        }
        userErrors {
          message
        }
      }
    }
  `,
});
const { job, userErrors } = requested.requestPostsReport;
if (!job) throw new Error(userErrors[0].message);
console.log(`Requested: job ${job.id}`);

// A report has no id, so Apollo's cache stores it inside its job.
const END = gql`
  subscription ($id: ID!) {
    reportCompleted(jobId: $id) {
      id
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
  client.subscribe({ query: END, variables: { id: job.id } }).subscribe({
    next: ({ data, error }) => (error ? reject(error) : resolve(data)),
    error: reject,
  });
});
const { status, errorMessage, report } = reportCompleted;
console.log(`It is over: ${status}`);
if (status !== 'SUCCEEDED') throw new Error(errorMessage ?? status);
console.log(`${report.totalUsers} users wrote ${report.totalWords} words`);
client.stop();
await webSocket.dispose();
