import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { judged, type SpeedClaim, type ResultRow } from '../claim.js';
import { HttpClient } from '../http-client.js';
import { startService } from '../service.js';
import { median } from '../statistics.js';
import { endOf, ownFilter, ranForMs, requestJob, showJob, type ShownJob } from './jobs.js';

/** The factor by which the table of posts grows when it is reseeded. */
const GROWTH = 400;
/** The number of jobs that are requested at the same time: more than there are slots, so that most of them wait. */
const BURST = 6;
const SMALL_JOBS = 30;
const LARGE_JOBS = 3;
const POLL_MS = 50;
/**
 * An estimate that is off by no more than this counts as right. Estimates are judged only when this much time has
 * passed since the first progress.
 */
const SECOND_MS = 1000;

/**
 * Sequences of jobs. Each function returns the jobs whose estimates are judged. The jobs that it runs before them only
 * give the service a history.
 */
const MIXES: readonly (readonly [
  name: string,
  jobs: (client: HttpClient) => Promise<readonly Followed[]>,
])[] = [
  ['alone', async (client) => [await follow(client, ALL_POSTS)]],
  [
    `burst of ${BURST} equal ones`,
    async (client) => await Promise.all(Array.from({ length: BURST }, () => follow(client, ownFilter()))),
  ],
  [
    'small, then large',
    async (client) => {
      for (let user = 1; user <= SMALL_JOBS; user += 1) await endOfOne(client, { user_ids: [user] });
      return [await follow(client, ALL_POSTS)];
    },
  ],
  [
    'large, then small',
    async (client) => {
      for (let job = 0; job < LARGE_JOBS; job += 1) await endOfOne(client, ALL_POSTS);
      return [await follow(client, ownFilter(200))];
    },
  ],
];

const ALL_POSTS = {};

export const estimate: SpeedClaim = {
  name: 'estimate',
  says: 'estimatedCompletionAt is right within a fraction of the remaining time, after any earlier jobs',
  async *measure({ stage, posts, pairs, say }) {
    const databaseUrl = await stage.postsIn('posts_report_estimate', Math.max(1, Math.round(posts / GROWTH)));
    const service = await startService(stage, { databaseUrl, broker: 'bee-queue', name: 'estimate' });
    const client = new HttpClient(service.url, 2 * BURST);
    const rounds = async (ask: (client: HttpClient) => Promise<readonly Followed[]>) => {
      const jobs: (readonly Followed[])[] = [];
      for (let round = 0; round < pairs; round += 1) jobs.push(await ask(client));
      return jobs;
    };
    try {
      for (let job = 0; job < SMALL_JOBS; job += 1) await endOfOne(client, ALL_POSTS);
      say(`seeding ${posts.toLocaleString('en')} posts in place of ${GROWTH} times fewer`);
      await stage.reseed(databaseUrl, posts);
      yield* rowsOf(
        `after reseeding × ${GROWTH}`,
        await rounds(async () => [await follow(client, ALL_POSTS)]),
      );
      for (const [name, ask] of MIXES) {
        await forgetJobs(databaseUrl);
        yield* rowsOf(name, await rounds(ask));
      }
    } finally {
      await client.close();
      await service.stop();
    }
  },
};

interface Followed {
  readonly accepted: ShownJob;
  readonly end: ShownJob;
  /** While it ran. */
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly seenAt: number;
  /** The moment of the sample as a share of the job's running time. */
  readonly at: number;
  /** The estimated time until the end. Null without an estimate. */
  readonly leftMs: number | null;
  readonly reallyLeftMs: number;
  readonly hasProgress: boolean;
}

async function follow(client: HttpClient, filter: object): Promise<Followed> {
  const accepted = await requestJob(client, filter);
  const seen: { readonly job: ShownJob; readonly seenAt: number }[] = [];
  let job = accepted;
  while (job.completed_at === null) {
    await delay(POLL_MS);
    job = await showJob(client, accepted.job_id);
    if (job.status === 'RUNNING') seen.push({ job, seenAt: Date.now() });
  }
  const end = await endOf(client, accepted.job_id);
  // The database and the bench run on one machine, so they share a clock.
  const [startedAt, completedAt] = [timeOf(end.started_at), timeOf(end.completed_at)];
  const samples = seen.map(({ job: { estimated_completion_at: estimated, progress }, seenAt }) => ({
    seenAt,
    at: (seenAt - startedAt) / (completedAt - startedAt),
    leftMs: estimated === null ? null : timeOf(estimated) - seenAt,
    reallyLeftMs: completedAt - seenAt,
    hasProgress: progress.processed_posts > 0,
  }));
  return { accepted, end, samples };
}

async function endOfOne(client: HttpClient, filter: object): Promise<void> {
  await endOf(client, (await requestJob(client, filter)).job_id);
}

/**
 * Deletes all jobs, so that a mix begins without history. The API caches the history for one second, so the function
 * also waits for longer than that.
 */
async function forgetJobs(databaseUrl: string): Promise<void> {
  const connection = await createConnection(databaseUrl);
  await connection.query('TRUNCATE TABLE report_jobs');
  await connection.end();
  await delay(SECOND_MS + 100);
}

function* rowsOf(mix: string, rounds: readonly (readonly Followed[])[]): Iterable<ResultRow> {
  const jobs = rounds.flat();
  const [first, ...likeSeen] = rounds;
  yield errorRow(`estimate: ${mix}, when it is requested`, likeSeen.flat().map(errorAtRequest), 0.25);
  yield errorRow(`estimate: ${mix}, at half time`, jobs.map(errorAtHalfTime), 0.15);
  const factor = Math.max(...jobs.map(largestFactor));
  const ran = rounds.map((round) => median(round.map(({ end }) => ranForMs(end))));
  yield judged({
    name: `estimate: ${mix}, after its first second`,
    measured: `${factor.toFixed(1)}× off at most, ${jobs.length} jobs, ${first?.length ?? 0} of them new; ${aboutRuns(ran)}`,
    value: factor,
    gate: { atMost: 3 },
    unit: '×',
    control: null,
  });
}

/** Says how much the running times of equal jobs differ on this machine, because no estimate can be more exact. */
function aboutRuns(ran: readonly number[]): string {
  const differences = ran.slice(1).map((ms, index) => Math.abs(ms / (ran[index] ?? Number.NaN) - 1));
  const [load = 0] = loadavg();
  return `ran ${median(ran).toFixed(0)} ms, from one to the next ${(median(differences) * 100).toFixed(0)} % different, load ${load.toFixed(1)}`;
}

/** The error of the first estimate, relative to the time from the request to the end. */
function errorAtRequest({ accepted, end }: Followed): number {
  if (accepted.estimated_completion_at === null) return 1;
  const completedAt = timeOf(end.completed_at);
  return (
    Math.abs(timeOf(accepted.estimated_completion_at) - completedAt) / (completedAt - timeOf(end.created_at))
  );
}

/**
 * The error of the estimate at half time, relative to the remaining time. Undefined for a job that ended before half
 * time was observed.
 */
function errorAtHalfTime({ samples }: Followed): number | undefined {
  const [half] = samples
    .filter(({ at }) => at > 0.35 && at < 0.65)
    .toSorted((a, b) => Math.abs(a.at - 0.5) - Math.abs(b.at - 0.5));
  if (half === undefined) return undefined;
  return half.leftMs === null ? 1 : Math.abs(half.leftMs - half.reallyLeftMs) / half.reallyLeftMs;
}

/**
 * The largest ratio between the estimated and the real remaining time after the first second of progress. 1 when every
 * estimate was right within a second.
 */
function largestFactor({ samples }: Followed): number {
  const first = samples.find(({ hasProgress }) => hasProgress);
  if (first === undefined) return 1;
  const factors = samples
    .filter(({ seenAt }) => seenAt - first.seenAt > SECOND_MS)
    .map(({ leftMs, reallyLeftMs }) => {
      if (leftMs === null) return 1; // no estimate
      if (Math.abs(leftMs - reallyLeftMs) <= SECOND_MS) return 1;
      return Math.max(leftMs, reallyLeftMs) / Math.max(1, Math.min(leftMs, reallyLeftMs));
    });
  return Math.max(1, ...factors);
}

function errorRow(name: string, errors: readonly (number | undefined)[], atMost: number): ResultRow {
  const known = errors.filter((error) => error !== undefined);
  const half = known.length === 0 ? 0 : median(known);
  return judged({
    name,
    measured: `off by ${(half * 100).toFixed(0)} % (median), ${known.length} of ${errors.length} jobs`,
    value: half * 100,
    gate: { atMost: atMost * 100 },
    unit: ' %',
    control: null,
  });
}

function timeOf(moment: string | null): number {
  return Date.parse(moment ?? '');
}
