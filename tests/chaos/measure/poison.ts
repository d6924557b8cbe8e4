import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import type { Patch } from '../tree.js';
import { ownFilter, query, requestJob, untilAllEnded, type Bench, type Measurement } from './measurement.js';

const WINDOW_MS = 30_000;
/** Callers who ask for the next report when they have one. */
const CALLERS = 10;

/** Reports for these users do what they must not. */
const POISONS = { exit: -1, 'endless loop': -2, 'out of memory': -3 } as const;

const POISONED: Patch = {
  file: 'src/reports/kinds/posts-report.ts',
  from: 'const sums = new UserSums(MAX_USERS);',
  to: `const sums = new UserSums(MAX_USERS);
    const [poison] = (filter['userIds'] ?? []) as number[];
    if (poison === -1) process.kill(process.pid, 'SIGKILL');
    if (poison === -2) for (;;);
    if (poison === -3) for (const all: unknown[] = []; ; ) all.push(Array.from({ length: 100_000 }, () => ({})));`,
};

/** On two cores that others use, too, a gigabyte is not full before the deadline of the attempt. */
const SMALL_HEAP: Patch = {
  file: 'src/adapters/threads/thread-report-runner.ts',
  from: 'const HEAP_MB = 1024;',
  to: 'const HEAP_MB = 64;',
};

export const poison: Measurement = {
  what: 'a report that ends the process, never ends, or takes all memory',
  env: { JOB_TIMEOUT_MS: '4000' },
  patches: [POISONED, SMALL_HEAP],
  async measure(bench) {
    const healthy = await throughput(bench);
    bench.say(`without poison: ${healthy} jobs in ${WINDOW_MS / 1000} s`);
    const figures: Record<string, unknown> = { healthy };
    let ok = true;
    for (const [name, user] of Object.entries(POISONS)) {
      const exitsBefore = countExits(bench);
      const id = await requestJob(bench.client, { user_ids: [user] });
      const others = await throughput(bench);
      await until(async () => (await statusOf(bench, id)).status === 'FAILED', 90_000);
      const { errorCode, attempts } = await statusOf(bench, id);
      await untilAllEnded(bench.stage);
      const share = Math.round((100 * others) / healthy);
      const exits = countExits(bench) - exitsBefore;
      const heapsFull = await countFullHeaps(bench, id);
      figures[name] = { errorCode, attempts, processesEnded: exits, heapsFull, others, percent: share };
      bench.say(`${name}: ${JSON.stringify(figures[name])}`);
      const asMeant =
        (name === 'exit' ? exits === attempts : exits === 0) &&
        heapsFull === (name === 'out of memory' ? attempts : 0);
      ok &&= attempts === 3 && share >= 80 && asMeant;
    }
    return { ok, figures };
  },
};

/** Jobs that others get done meanwhile. */
async function throughput({ stage, client }: Bench): Promise<number> {
  const endAt = performance.now() + WINDOW_MS;
  let done = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < endAt) {
        const id = await requestJob(client, ownFilter());
        while (performance.now() < endAt) {
          const outcome = await client.show('api-2', id, 5);
          if (outcome.phase !== 'ok') await delay(100);
          else if (outcome.seen?.status === 'SUCCEEDED') {
            done += 1;
            break;
          }
        }
      }
    }),
  );
  await untilOthersEnded({ stage });
  return done;
}

async function untilOthersEnded({ stage }: Pick<Bench, 'stage'>): Promise<void> {
  await until(async () => {
    const open = await query(
      stage,
      "SELECT id FROM report_jobs WHERE status IN ('QUEUED', 'RUNNING', 'RETRYING') AND filter NOT LIKE '%[-%' LIMIT 1",
    );
    return open.length === 0;
  }, 60_000);
}

function countExits({ recorder }: Bench): number {
  return recorder.events.filter(({ type }) => type === 'exit').length;
}

/** Attempts that ended since their thread reached the limit of its heap, by the stack that they left for operators. */
async function countFullHeaps({ stage }: Bench, id: string): Promise<number> {
  const stacks = await query<{ stack: string | null }>(
    stage,
    'SELECT stack FROM report_job_attempts WHERE job_id = ?',
    [id],
  );
  return stacks.filter(({ stack }) => stack?.includes('ERR_WORKER_OUT_OF_MEMORY')).length;
}

async function statusOf({ stage }: Bench, id: string) {
  const [row] = await query<{ status: string; errorCode: string | null; attempts: number }>(
    stage,
    'SELECT status, error_code AS errorCode, attempt_count AS attempts FROM report_jobs WHERE id = ?',
    [id],
  );
  if (row === undefined) throw new Error(`${id} is gone`);
  return row;
}
