// Relay's network layer: copy `network` into your environment (`new Environment({ network, store })`). This file calls
// it directly, because `graphql` tags and hooks need Relay's compiler.
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // built into browsers and Node.js 22 or later
import relay from 'relay-runtime';

const { Network, Observable } = relay;
const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};

const webSocket = createWsClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: headers,
  shouldRetry: ({ code }) => code !== 4403, // 4403: the token is wrong
});

async function fetchOperation({ text }, variables) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query: text, variables }),
  });
  return await response.json();
}

function subscribe({ text, name }, variables) {
  return Observable.create((sink) =>
    webSocket.subscribe({ query: text, operationName: name, variables }, sink),
  );
}

export const network = Network.create(fetchOperation, subscribe);

const { requestPostsReport } = await execute(
  'mutation',
  'Request',
  'mutation Request { requestPostsReport { job { id } userErrors { message } } }',
);
const { job, userErrors } = requestPostsReport;
if (!job) throw new Error(userErrors[0].message);
console.log(`Requested: job ${job.id}`);

const { reportCompleted } = await execute(
  'subscription',
  'End',
  `subscription End($id: ID!) {
    reportCompleted(jobId: $id) { status errorMessage report { totalUsers totalWords } }
  }`,
  { id: job.id },
);
const { status, errorMessage, report } = reportCompleted;
console.log(`It is over: ${status}`);
if (status !== 'SUCCEEDED') throw new Error(errorMessage ?? status);
console.log(`${report.totalUsers} users wrote ${report.totalWords} words`);
await webSocket.dispose();

// Executes an operation in the form in which Relay's compiler gives operations to Relay.
async function execute(operationKind, name, text, variables = {}) {
  const { data, errors } = await network.execute({ operationKind, name, text }, variables, {}).toPromise();
  if (errors) throw new Error(errors[0].message);
  return data;
}
