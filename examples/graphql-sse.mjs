// Requests a report by a mutation over HTTP, and receives the end of its job over Server-Sent Events with graphql-sse.
import { createClient } from 'graphql-sse';

const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;
const headers = token ? { authorization: `Bearer ${token}` } : {};

const response = await fetch(`${url}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query: `mutation { requestPostsReport { job { id } userErrors { message } } }` }),
});
const { job, userErrors } = dataOf(await response.json()).requestPostsReport;
if (!job) throw new Error(userErrors[0].message);
console.log(`Requested: job ${job.id}`);

// When the connection breaks, graphql-sse reconnects.
const client = createClient({ url: `${url}/graphql`, headers });
const operation = {
  query: `subscription ($id: ID!) {
    reportCompleted(jobId: $id) { status errorMessage report { totalUsers totalWords } }
  }`,
  variables: { id: job.id },
};
for await (const result of client.iterate(operation)) {
  const { status, errorMessage, report } = dataOf(result).reportCompleted;
  console.log(`It is over: ${status}`);
  if (status !== 'SUCCEEDED') throw new Error(errorMessage ?? status);
  console.log(`${report.totalUsers} users wrote ${report.totalWords} words`);
}

function dataOf({ data, errors }) {
  if (errors) throw new Error(errors[0].message);
  return data;
}
