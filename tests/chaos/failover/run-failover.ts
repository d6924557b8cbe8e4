import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { findFreePort } from '../../../scripts/servers/free-port.mjs';
import { until } from '../../support/waiting.js';
import { Recorder } from '../history.js';
import { ManagedProcess } from '../managed-process.js';
import { migrate } from '../migrate.js';
import { insertPosts } from '../posts.js';
import { Random } from '../random.js';
import { makeTree } from '../tree.js';
import { requestSteadily, type Sample } from './load.js';
import { START, type Servers, type Target } from './targets.js';

export interface FailoverRun {
  readonly dir: string;
  readonly target: Target;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface FailoverFigures {
  readonly accepted: number;
  readonly refused: number;
  /** Number of accepted jobs that did not succeed. */
  readonly lost: number;
  /**
   * Time in ms from the kill until `failOver()` resolved. MariaDB's replica is then the primary; Redis and RabbitMQ
   * elect their leader later.
   */
  readonly switchedMs: number;
  /** Time in ms from the resolution of `failOver()` to the first accepted request after the last refused one. */
  readonly acceptingAgainMs: number;
  readonly p99Ms: number;
}

const PER_SECOND = 50;
const DURATION_MS = 20_000;
const DRAIN_MS = 120_000;

/** Kills the leading server while an API and a worker handle fifty requests a second. */
export async function runFailover({ dir, target, seed, say }: FailoverRun): Promise<FailoverFigures> {
  mkdirSync(dir, { recursive: true });
  const tree = join(dir, 'tree');
  await makeTree(tree, []);
  say(`starting the servers of which ${target} fails over`);
  const servers = await START[target](dir);
  const recorder = new Recorder(join(dir, 'history.jsonl'));
  const processes: ManagedProcess[] = [];
  try {
    await prepare(servers, { tree, seed });
    const port = await findFreePort();
    for (const name of ['api', 'worker']) {
      const managed = new ManagedProcess({
        name,
        args: [join(tree, `dist/${name}.js`)],
        cwd: tree,
        logPath: join(dir, `${name}.log`),
        recorder,
        env: { PATH: process.env['PATH'] ?? '', PORT: String(port), LOG_LEVEL: 'warn', ...servers.env },
      });
      processes.push(managed);
      await managed.start();
    }
    const apiUrl = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${apiUrl}/readyz`).catch(() => undefined))?.ok, 60_000);

    say(`${PER_SECOND} requests a second for ${DURATION_MS / 1000} s`);
    const load = requestSteadily({ apiUrl, perSecond: PER_SECOND, durationMs: DURATION_MS });
    await delay(new Random(`failover ${seed}`).int(5000, 8000));
    const killedAt = await servers.failOver();
    const switchedAt = performance.now();
    const samples = await load;
    const done = await succeededJobs(servers.finalDatabaseUrl());
    return { switchedMs: Math.round(switchedAt - killedAt), ...figuresOf(samples, { switchedAt, done }) };
  } finally {
    await Promise.all(processes.map((managed) => managed.stop()));
    await servers.stop();
    await recorder.close();
  }
}

async function prepare({ env }: Servers, { tree, seed }: { tree: string; seed: number }): Promise<void> {
  await migrate(env.DATABASE_URL, join(tree, 'migrations'));
  const connection = await createConnection({ uri: env.DATABASE_URL, timezone: 'Z' });
  try {
    await insertPosts(connection, seed);
  } finally {
    await connection.end();
  }
}

/** Waits until no job is open or the time limit is over. Resolves with the ids of the jobs that succeeded. */
async function succeededJobs(databaseUrl: string): Promise<ReadonlySet<string>> {
  const connection = await createConnection(databaseUrl);
  try {
    for (const giveUpAt = performance.now() + DRAIN_MS; ; await delay(200)) {
      const [jobs] = await connection.query<RowDataPacket[]>('SELECT id, status FROM report_jobs');
      const isOver = jobs.every(({ status }) => status === 'SUCCEEDED' || status === 'FAILED');
      if (isOver || performance.now() > giveUpAt)
        return new Set(jobs.flatMap(({ id, status }) => (status === 'SUCCEEDED' ? [String(id)] : [])));
    }
  } finally {
    await connection.end();
  }
}

function figuresOf(
  samples: readonly Sample[],
  { switchedAt, done }: { readonly switchedAt: number; readonly done: ReadonlySet<string> },
): Omit<FailoverFigures, 'switchedMs'> {
  const accepted = samples.filter(({ jobId }) => jobId !== null);
  const lastRefusal = Math.max(
    -Infinity,
    ...samples.flatMap(({ jobId, endedAt }) => (jobId === null ? [endedAt] : [])),
  );
  const again = Math.min(
    ...accepted.map(({ endedAt }) => endedAt).filter((endedAt) => endedAt > lastRefusal),
  );
  const durations = accepted.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  return {
    accepted: accepted.length,
    refused: samples.length - accepted.length,
    lost: accepted.filter(({ jobId }) => !done.has(jobId ?? '')).length,
    acceptingAgainMs: lastRefusal === -Infinity ? 0 : Math.max(0, Math.round(again - switchedAt)),
    p99Ms: Math.round(durations[Math.floor(durations.length * 0.99)] ?? NaN),
  };
}
