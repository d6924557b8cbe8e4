// Follows a job with EventSource. Browsers have it built in; this package is for Node.js.
import { EventSource } from 'eventsource';

const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;
const authorization = token ? { Authorization: `Bearer ${token}` } : {};

const job = await call('/api/2.0/report/posts', { method: 'POST' });
console.log(`Requested: job ${job.job_id}`);

// When the connection breaks, EventSource reconnects. Its `Last-Event-ID` names the last event that arrived, so the
// server sends no event twice.
const events = new EventSource(url + job.links.events, {
  fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, ...authorization } }),
});
const end = await new Promise((resolve, reject) => {
  events.addEventListener('job', ({ data }) => {
    const { status, progress } = JSON.parse(data);
    console.log(`It is ${status}, ${progress.processed_posts} posts read`);
  });
  events.addEventListener('end', ({ data }) => resolve(JSON.parse(data)));
  events.addEventListener('error', ({ message }) => {
    if (events.readyState === events.CLOSED) reject(new Error(message)); // otherwise EventSource reconnects
  });
});
events.close();
console.log(`It is over: ${end.status}`);
if (end.status !== 'SUCCEEDED') throw new Error(end.error?.message ?? end.status);

const rows = await call(end.links.result);
const words = rows.reduce((sum, { total_words }) => sum + total_words, 0);
console.log(`${rows.length} users wrote ${words} words`);

async function call(path, init) {
  const response = await fetch(url + path, { ...init, headers: authorization });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).data;
}
