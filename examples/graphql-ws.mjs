// GraphQL over WebSocket with graphql-ws: requests a report, receives its progress and its end.
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws'; // built into browsers and Node.js 22 or later

const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;

const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: token ? { authorization: `Bearer ${token}` } : {},
  shouldRetry: ({ code }) => code !== 4403, // 4403: the token is wrong
});

const { requestPostsReport } = await first(
  `mutation { requestPostsReport { job { id } userErrors { message } } }`,
);
const { job, userErrors } = requestPostsReport;
if (!job) throw new Error(userErrors[0].message);
console.log(`Requested: job ${job.id}`);

// The subscription ends with the job. When the connection breaks, graphql-ws reconnects and subscribes again.
let last;
const updates = client.iterate({
  query: `subscription ($id: ID!) {
    jobUpdated(id: $id) { status errorMessage progress { processedPosts } report { totalUsers totalWords } }
  }`,
  variables: { id: job.id },
});
for await (const result of updates) {
  last = dataOf(result).jobUpdated;
  console.log(`It is ${last.status}, ${last.progress.processedPosts} posts read`);
}
if (last.status !== 'SUCCEEDED') throw new Error(last.errorMessage ?? last.status);
console.log(`${last.report.totalUsers} users wrote ${last.report.totalWords} words`);
await client.dispose();

async function first(query) {
  for await (const result of client.iterate({ query })) return dataOf(result);
}

function dataOf({ data, errors }) {
  if (errors) throw new Error(errors[0].message);
  return data;
}
