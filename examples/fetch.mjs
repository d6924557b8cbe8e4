// Requests a job, waits for its end, and reads its result, with nothing but fetch.
const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;
const authorization = token ? { Authorization: `Bearer ${token}` } : {};

let job = await call('/api/2.0/report/posts', { method: 'POST' });
console.log(`Requested: job ${job.job_id}`);

while (!['SUCCEEDED', 'FAILED', 'CANCELED'].includes(job.status)) {
  // The response arrives when the job is over, or after 10 seconds with the job's progress.
  job = await call(job.links.self, { headers: { Prefer: 'wait=10' } });
  console.log(`It is ${job.status}, ${job.progress.processed_posts} posts read`);
}
if (job.status !== 'SUCCEEDED') throw new Error(`It is ${job.status}: ${job.error?.message}`);

const rows = await call(job.links.result);
const words = rows.reduce((sum, { total_words }) => sum + total_words, 0);
console.log(`${rows.length} users wrote ${words} words`);

async function call(path, { headers, ...init } = {}) {
  const response = await fetch(url + path, { ...init, headers: { ...authorization, ...headers } });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).data;
}
