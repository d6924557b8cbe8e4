import { shown, type BenchContext, type Claim, type Row } from '../claim.js';
import { graphql, HttpClient } from '../http-client.js';
import { startService } from '../service.js';
import { median, percentile } from '../statistics.js';
import { endOf, ownFilter, ranForMs, requestJob } from './jobs.js';

const SMALL = 5000;

export const waitDoor: Claim = {
  name: 'wait-door',
  says: 'whoever waits for a job has its report little later than it ends, and whoever does not has his ticket at once',
  async *measure(context) {
    yield* doorOf(context, SMALL, context.pairs * 10);
    yield* doorOf(context, context.posts, context.pairs);
  },
};

/** One caller after the other: the queue is empty, so what is seen beside the job's own time is the door. */
async function* doorOf({ stage }: BenchContext, posts: number, rounds: number): AsyncIterable<Row> {
  const name = `wait_door_${posts}`;
  const databaseUrl = await stage.postsIn(`posts_report_${name}`, posts);
  const service = await startService(stage, { databaseUrl, broker: 'bee-queue', name });
  const client = new HttpClient(service.url, 2);
  try {
    const rest: Waited[] = [];
    const byGraphQL: Waited[] = [];
    const tickets: number[] = [];
    await waitByRest(client); // the first job finds code that was never run
    for (let round = 0; round < rounds; round += 1) {
      rest.push(await waitByRest(client));
      byGraphQL.push(await waitByGraphQL(client));
      const startedAt = performance.now();
      const { job_id: id } = await requestJob(client, ownFilter());
      tickets.push(performance.now() - startedAt);
      await endOf(client, id);
    }
    const size = `${posts.toLocaleString('en')} posts`;
    yield waitRow(`wait-door: 200 of Prefer: wait=30, ${size}`, rest);
    yield waitRow(`wait-door: answer of waitMs, ${size}`, byGraphQL);
    const [p50, p99] = [median(tickets), percentile(tickets, 0.99)];
    yield shown(
      `wait-door: 202 without waiting, ${size}`,
      `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
      { p50Ms: p50, p99Ms: p99 },
    );
  } finally {
    await client.close();
    await service.stop();
  }
}

interface Waited {
  /** From the request to the last byte of the answer. */
  readonly waitedMs: number;
  /** From the claim of the job to its end. */
  readonly ranMs: number;
}

async function waitByRest(client: HttpClient): Promise<Waited> {
  const filter = ownFilter();
  const startedAt = performance.now();
  const { status } = await client.send({
    path: '/api/2.0/report/posts',
    headers: { prefer: 'wait=30' },
    body: { filter },
  });
  const waitedMs = performance.now() - startedAt;
  if (status !== 200) throw new Error(`the report was not waited for: ${status}`);
  const { job_id: id } = await requestedWith(client, filter);
  return { waitedMs, ranMs: ranForMs(await endOf(client, id)) };
}

/** The report of this filter is there and young enough: the answer names its job. */
async function requestedWith(client: HttpClient, filter: object): Promise<{ readonly job_id: string }> {
  const { text } = await client.send({
    path: '/api/2.0/report/posts',
    body: { filter, max_age_seconds: 3600 },
  });
  const { data } = JSON.parse(text) as { data: { job_id: string; reused: boolean } };
  if (!data.reused) throw new Error('another job was made');
  return data;
}

const WAIT = `mutation ($filter: PostsReportFilter) {
  requestPostsReport(input: { filter: $filter, waitMs: 30000 }) {
    job { id status report { totalWords rows(first: 100) { nodes { userId totalWords } } } }
  }
}`;

async function waitByGraphQL(client: HttpClient): Promise<Waited> {
  const { created_to: createdTo } = ownFilter() as { created_to: string };
  const startedAt = performance.now();
  const { text } = await client.send(graphql(WAIT, { filter: { createdTo } }));
  const waitedMs = performance.now() - startedAt;
  const { data } = JSON.parse(text) as {
    data: { requestPostsReport: { job: { id: string; status: string } } };
  };
  const { id, status } = data.requestPostsReport.job;
  if (status !== 'SUCCEEDED') throw new Error(`the report was not waited for: ${status}`);
  return { waitedMs, ranMs: ranForMs(await endOf(client, id)) };
}

function waitRow(name: string, waits: readonly Waited[]): Row {
  const waited = waits.map(({ waitedMs }) => waitedMs);
  const [p50, p99] = [median(waited), percentile(waited, 0.99)];
  const ran = median(waits.map(({ ranMs }) => ranMs));
  return shown(
    name,
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; the job itself ${ran.toFixed(0)} ms`,
    { p50Ms: p50, p99Ms: p99, jobMs: ran },
  );
}
