import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { ApiClient } from './api-client.js';
import { check } from './checker.js';
import type { Breach, Evidence } from './evidence.js';
import { runClients, runOperator } from './clients.js';
import { APIS, WORKERS, type FaultPlan } from './fault-plan.js';
import { figuresOf, type Figures } from './figures.js';
import { Recorder, type HistoryEvent } from './history.js';
import { injectFaults } from './inject-faults.js';
import { startOnlooker } from './onlooker.js';
import { createOracle } from './posts.js';
import { readMetrics } from './read-metrics.js';
import { MAX_ATTEMPTS, RETRY_BASE_MS, SLOTS, startStage, type ChaosStage } from './stage.js';
import { underLoad } from '../support/waiting.js';
import { readTables } from './tables.js';
import { makeTree, type Patch } from './tree.js';

export interface ChaosRun {
  /** Folder of the run. `plan.json`, `history.jsonl`, `tables.json` and `logs` stay in it. */
  readonly dir: string;
  readonly seed: number;
  readonly broker: BrokerName;
  readonly jobs: number;
  readonly plan: FaultPlan;
  readonly patches?: readonly Patch[];
  readonly slots?: readonly [number, number];
  /** Time limit for jobs to end after the last fault. */
  readonly drainMs?: number;
  readonly say: (line: string) => void;
}

export interface Verdict {
  readonly breaches: readonly Breach[];
  readonly figures: Figures;
}

const SERVER_OF: Readonly<Record<BrokerName, string>> = { 'bee-queue': 'Redis', rabbitmq: 'RabbitMQ' };
const DRAIN_MS = 60_000;
/** Time limit for the last faults to end, after the period in which clients and faults begin. */
const STRAGGLERS_MS = 90_000;

/** Time within which a worker that was killed, or cut off from MySQL, counts as alive again. */
const SETTLING_MS = 20_000;

/** Makes one run, from an empty folder to the verdict. Also ends if the service hangs. */
export async function runChaos(run: ChaosRun): Promise<Verdict> {
  const { dir, plan, seed, broker, jobs, slots = SLOTS, say } = run;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'plan.json'), `${JSON.stringify(plan, undefined, 1)}\n`);
  await makeTree(join(dir, 'tree'), run.patches ?? []);
  const recorder = new Recorder(join(dir, 'history.jsonl'));
  say(`starting MariaDB, ${SERVER_OF[broker]}, two APIs and two workers`);
  const stage = await startStage({ dir, seed, broker, recorder, slots });
  const stopping = new AbortController();
  try {
    const oracle = await withConnection(stage, createOracle);
    const client = new ApiClient(stage.apiUrls, recorder);
    const deps = { apiUrls: stage.apiUrls, recorder, client, stopping: stopping.signal };
    const stopLooking = await startOnlooker(stage, recorder);

    say(
      `clients request ${jobs} reports within ${Math.round(plan.durationMs / 1000)} s, ${plan.faults.length} faults`,
    );
    const startedAt = Date.now();
    const operatorStops = new AbortController();
    const operator = runOperator(deps, { seed, stopping: operatorStops.signal });
    const clients = runClients(deps, { seed, jobs, durationMs: plan.durationMs });
    await within(
      plan.durationMs + STRAGGLERS_MS,
      Promise.all([injectFaults(stage, plan.faults, recorder), delay(plan.durationMs)]),
    );
    operatorStops.abort();
    await operator;
    const faultsOverAt = Date.now();
    say('the last fault is over; waiting for the jobs to end');
    const drainMs = run.drainMs ?? DRAIN_MS;
    await drain(stage, drainMs);
    // On a busy machine some clients still send requests now, and watch their jobs afterwards.
    await within(drainMs, clients);
    const drainedAt = await drain(stage, drainMs);
    stopping.abort();
    await clients;
    await stopLooking();

    say('reading every result, the tables and the metrics');
    const tables = await readTables(stage.database);
    await readEverything(client, tables.jobs);
    await replayKeys(client, recorder.events);
    const metrics = await readSettledMetrics(stage);
    const fenced = [...stage.processes.values()].reduce((sum, { fenced }) => sum + fenced, 0);
    const evidence: Evidence = {
      history: [...recorder.events],
      tables: await readTables(stage.database),
      oracle,
      queue: await stage.broker.readQueue(),
      metrics,
      settings: {
        maxAttempts: MAX_ATTEMPTS,
        retryBaseMs: RETRY_BASE_MS,
        workers: WORKERS.length,
        slots: Math.max(...slots),
      },
    };
    writeFileSync(join(dir, 'tables.json'), JSON.stringify(evidence.tables));
    const timing = { startedAt, faultsOverAt, drainedAt };
    return { breaches: check(evidence), figures: figuresOf(evidence, { ...timing, fenced }) };
  } finally {
    stopping.abort();
    say('stopping everything');
    await stage.close();
    await recorder.close();
    for (const leftover of ['mariadb', 'redis', 'rabbitmq', 'tree'])
      rmSync(join(dir, leftover), { recursive: true, force: true });
  }
}

async function withConnection<T>(
  { database }: ChaosStage,
  use: (connection: Awaited<ReturnType<ChaosStage['database']['getConnection']>>) => Promise<T>,
): Promise<T> {
  const connection = await database.getConnection();
  try {
    return await use(connection);
  } finally {
    connection.release();
  }
}

/** Resolves with the time when no job was open any more, or with undefined if the time limit is over before that. */
async function drain({ database }: ChaosStage, milliseconds: number): Promise<number | undefined> {
  const giveUpAt = performance.now() + milliseconds;
  do {
    const [rows] = await database
      .query("SELECT COUNT(*) AS open FROM report_jobs WHERE status IN ('QUEUED', 'RUNNING', 'RETRYING')")
      .catch(() => [[{ open: -1 }]]);
    if ((rows as { open: number }[])[0]?.open === 0) return Date.now();
    await delay(100);
  } while (performance.now() < giveUpAt);
  return undefined;
}

const READERS = 8;

/** Requests every job by its id, and every result that must exist. */
async function readEverything(
  client: ApiClient,
  jobs: readonly { readonly id: string; readonly status: string }[],
): Promise<void> {
  const waiting = jobs.values();
  await Promise.all(
    Array.from({ length: READERS }, async (_, reader) => {
      const api = APIS[reader % APIS.length] ?? 'api-1';
      for (const { id, status } of waiting) {
        await client.show(api, id);
        if (status === 'SUCCEEDED') await client.result(api, id);
      }
    }),
  );
}

const REPLAYS = 100;

/** Repeats requests that had an idempotency key and an answer. */
async function replayKeys(client: ApiClient, history: readonly HistoryEvent[]): Promise<void> {
  const answered = new Set(
    history.flatMap((event) => (event.type === 'return' && event.phase === 'ok' ? [event.id] : [])),
  );
  const keyed = history.flatMap((event) =>
    event.type === 'invoke' && event.action === 'request' && event.key !== null && answered.has(event.id)
      ? [event]
      : [],
  );
  for (const { protocol, filter, key, maxAgeSeconds } of keyed.slice(0, REPLAYS)) {
    await client.request('api-2', { protocol, filter, key, maxAgeSeconds });
  }
}

/** Waits for the promise until the time limit is over. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([promise, delay(milliseconds, undefined, { signal: stop.signal }).catch(() => {})]);
  } finally {
    stop.abort();
  }
}

/** Reads the metrics until they count both workers as alive, or until the time limit is over. */
async function readSettledMetrics(stage: ChaosStage): Promise<readonly ReadonlyMap<string, number>[]> {
  const giveUpAt = performance.now() + underLoad(SETTLING_MS);
  for (;;) {
    const metrics = await Promise.all(APIS.map((api) => readMetrics(stage.apiUrls[api])));
    const isSettled = metrics.every((samples) => samples.get('posts_report_workers') === WORKERS.length);
    if (isSettled || performance.now() > giveUpAt) return metrics;
    await delay(250);
  }
}
