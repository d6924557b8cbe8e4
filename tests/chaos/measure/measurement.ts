import type { RabbitMqCluster } from '../../../scripts/servers/rabbitmq-cluster.mjs';
import { until } from '../../support/waiting.js';
import { ApiClient } from '../api-client.js';
import { WORKERS, type ApiName } from '../fault-plan.js';
import { LAST_POST_AT } from '../posts.js';
import type { Filter, Outcome, Recorder } from '../history.js';
import type { Stage } from '../stage.js';
import type { Patch } from '../tree.js';

/** One line of the table in docs/reliability.md, on a service that nothing else disturbs. */
export interface Measurement {
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly patches?: readonly Patch[];
  /** The service uses three nodes of RabbitMQ, whatever broker the stage has. */
  readonly onCluster?: true;
  /** What runs MariaDB's command. */
  readonly mariaDbThrough?: (data: string) => readonly string[];
  readonly measure: (bench: Bench) => Promise<Measured>;
}

export interface Measured {
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly stage: Stage;
  readonly client: ApiClient;
  readonly recorder: Recorder;
  /** Of a measurement on a cluster. */
  readonly cluster?: RabbitMqCluster;
  readonly say: (line: string) => void;
}

let lastFilter = 0;

/** One that no other job has. */
export function ownFilter(): Filter {
  lastFilter += 1;
  return { created_to: new Date(LAST_POST_AT - lastFilter).toISOString() };
}

/** An accepted job's id. */
export async function requestJob(
  client: ApiClient,
  filter: Filter = ownFilter(),
  api: ApiName = 'api-1',
): Promise<string> {
  const outcome = await client.request(api, { door: 'rest', filter, key: null, maxAgeSeconds: 0 });
  if (outcome.phase !== 'ok' || outcome.seen === undefined)
    throw new Error(`Not accepted: ${JSON.stringify(outcome)}`);
  return outcome.seen.jobId;
}

/** All reports of both workers wait for their rows until the returned function is called. */
export function holdReports(stage: Stage): () => void {
  const proxies = WORKERS.map((from) => stage.proxy({ from, to: 'mariadb' }));
  for (const proxy of proxies) proxy.holdReads();
  return () => {
    for (const proxy of proxies) proxy.releaseReads();
  };
}

export async function query<Row>(
  { database }: Stage,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const [rows] = await database.query(sql, [...values]);
  return rows as Row[];
}

export async function countJobs(stage: Stage, statuses: readonly string[]): Promise<number> {
  const [row] = await query<{ jobs: number }>(
    stage,
    'SELECT COUNT(*) AS jobs FROM report_jobs WHERE status IN (?)',
    [statuses],
  );
  return row?.jobs ?? 0;
}

export async function untilAllEnded(stage: Stage, withinMs = 120_000): Promise<void> {
  await until(async () => (await countJobs(stage, ['QUEUED', 'RUNNING', 'RETRYING'])) === 0, withinMs);
}

export function codeOf(outcome: Outcome): string {
  if (outcome.phase === 'ok') return 'ok';
  return outcome.phase === 'fail' ? outcome.code : `no answer: ${outcome.reason}`;
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
