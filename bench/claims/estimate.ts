import { setTimeout as delay } from 'node:timers/promises';
import { shown, type Claim, type Row } from '../claim.js';
import { HttpClient } from '../http-client.js';
import { startService } from '../service.js';
import { median, percentile } from '../statistics.js';
import { endOf, ownFilter, ranForMs, requestJob, showJob, type ShownJob } from './jobs.js';

/** What a job reads: all posts, or those of the first users; the seed has at least so many. */
const SIZES: readonly Size[] = [
  ['all posts', undefined],
  ['200 users', 200],
  ['20 users', 20],
];
/** Rounds before anything is measured: the history that estimates come from, made under the same load. */
const HISTORY = 4;
/** Jobs that are requested together, of all sizes in turn: more than there are slots, so that most of them wait. */
const BATCH = 9;
const POLL_MS = 50;

export const estimate: Claim = {
  name: 'estimate',
  says: 'estimatedCompletionAt is right within a fraction of what the job takes, when it is requested and in its middle',
  async *measure({ stage, posts, pairs }) {
    const service = await startService(stage, {
      databaseUrl: await stage.postsIn('posts_report_estimate', posts),
      broker: 'bee-queue',
      name: 'estimate',
    });
    const client = new HttpClient(service.url, 2 * BATCH);
    try {
      const phases: (readonly [when: string, jobs: readonly Followed[]])[] = [];
      const measured = async (when: string, ask: Ask, warmUp: number): Promise<void> => {
        for (let round = 0; round < warmUp; round += 1) await ask(client);
        const jobs: Followed[] = [];
        for (let round = 0; round < pairs; round += 1) jobs.push(...(await ask(client)));
        phases.push([when, jobs]);
      };
      await measured('alone', oneByOne, HISTORY);
      await measured(`${BATCH} at once`, together, HISTORY);
      await measured('alone, straight after that', oneByOne, 0);
      for (const [when, jobs] of phases) {
        yield errorRow(`estimate: ${when}, when it is requested`, jobs.map(errorAtRequest));
        yield errorRow(`estimate: ${when}, in the middle of its run`, jobs.map(errorInTheMiddle));
        for (const [size] of SIZES) {
          const own = jobs.filter((job) => job.size === size);
          yield errorRow(
            `estimate: ${when}, ${size} (ran ${median(own.map(({ end }) => ranForMs(end))).toFixed(0)} ms)`,
            own.map(errorAtRequest),
          );
        }
      }
    } finally {
      await client.close();
      await service.stop();
    }
  },
};

type Size = readonly [name: string, users: number | undefined];
type Ask = (client: HttpClient) => Promise<readonly Followed[]>;

async function oneByOne(client: HttpClient): Promise<readonly Followed[]> {
  const jobs: Followed[] = [];
  for (const size of SIZES) jobs.push(await follow(client, size));
  return jobs;
}

async function together(client: HttpClient): Promise<readonly Followed[]> {
  const batch = Array.from({ length: BATCH }, (_, index) => SIZES[index % SIZES.length] as Size);
  return await Promise.all(batch.map(async (size) => await follow(client, size)));
}

interface Followed {
  readonly size: string;
  readonly ticket: ShownJob;
  readonly end: ShownJob;
  /** While it ran. */
  readonly samples: readonly Sample[];
}

interface Sample {
  /** Share of the time that it ran. */
  readonly at: number;
  readonly estimatedCompletionAt: string | null;
}

async function follow(client: HttpClient, [size, users]: Size): Promise<Followed> {
  const ticket = await requestJob(client, ownFilter(users));
  const seen: { readonly job: ShownJob; readonly seenAt: number }[] = [];
  let job = ticket;
  while (job.completed_at === null) {
    await delay(POLL_MS);
    job = await showJob(client, ticket.job_id);
    if (job.status === 'RUNNING') seen.push({ job, seenAt: Date.now() });
  }
  const end = await endOf(client, ticket.job_id);
  // Database and bench are on one machine, and so on one clock.
  const startedAt = Date.parse(end.started_at ?? '');
  const samples = seen.map(({ job: { estimated_completion_at: estimatedCompletionAt }, seenAt }) => ({
    at: (seenAt - startedAt) / ranForMs(end),
    estimatedCompletionAt,
  }));
  return { size, ticket, end, samples };
}

/** Of the time from the request to the end; undefined when nothing was estimated. */
function errorAtRequest({ ticket, end }: Followed): number | undefined {
  const estimated = ticket.estimated_completion_at;
  if (estimated === null) return undefined;
  const completedAt = Date.parse(end.completed_at ?? '');
  return Math.abs(Date.parse(estimated) - completedAt) / (completedAt - Date.parse(end.created_at));
}

/** Of the time that it ran; undefined when it was over before anybody looked. */
function errorInTheMiddle({ end, samples }: Followed): number | undefined {
  const [middle] = samples
    .filter(({ at }) => at > 0.25 && at < 0.75)
    .toSorted((a, b) => Math.abs(a.at - 0.5) - Math.abs(b.at - 0.5));
  if (middle === undefined || middle.estimatedCompletionAt === null) return undefined;
  return (
    Math.abs(Date.parse(middle.estimatedCompletionAt) - Date.parse(end.completed_at ?? '')) / ranForMs(end)
  );
}

function errorRow(name: string, errors: readonly (number | undefined)[]): Row {
  const known = errors.filter((error) => error !== undefined);
  if (known.length === 0)
    return shown(name, `no estimates of ${errors.length} jobs`, { jobs: errors.length });
  const [half, most] = [median(known), percentile(known, 0.9)];
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
  return shown(
    name,
    `off by ${percent(half)} (median), ${percent(most)} (p90), ${known.length} of ${errors.length} jobs`,
    { medianError: half, p90Error: most, jobs: errors.length, estimated: known.length },
  );
}
