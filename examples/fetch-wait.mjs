// Sends one request. The response is the report if it is ready within 30 seconds, or else the job.
const url = process.env.POSTS_REPORT_URL ?? 'http://127.0.0.1:4000';
const token = process.env.POSTS_REPORT_TOKEN;

const response = await fetch(`${url}/api/2.0/report/posts`, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Prefer: 'wait=30',
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  },
  // A report that is at most ten seconds old may be reused.
  body: JSON.stringify({ max_age_seconds: 10 }),
});
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);

const { data } = await response.json();
if (response.status === 202) {
  throw new Error(`Not ready within 30 seconds; look again at ${response.headers.get('Location')}`);
}
const words = data.reduce((sum, { total_words }) => sum + total_words, 0);
console.log(`${data.length} users wrote ${words} words`);
