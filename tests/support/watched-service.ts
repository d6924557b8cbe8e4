/** A whole service, API and worker, on servers of its own, observed from outside while others send requests to it. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { buildIfStale } from '../../scripts/build.mjs';
import { root } from '../../scripts/project.mjs';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { startRabbitMq } from '../../scripts/servers/rabbitmq.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';
import { spawnTethered, type TetheredProcess } from '../../scripts/servers/tethered-process.mjs';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { migrate } from '../chaos/migrate.js';
import { throwAway } from './throw-away.js';
import { until } from './waiting.js';

export interface WatchedServiceOptions {
  readonly broker: BrokerName;
  /** Of both processes, besides the addresses of the servers. */
  readonly env: Readonly<Record<string, string>>;
  /** Fills the tables after they were made. */
  readonly fill: (connection: Connection) => Promise<void>;
}

export interface WatchedService {
  readonly url: string;
  readonly port: number;
  /** Passwords of the servers, which no answer may show. */
  readonly passwords: readonly string[];
  /** Lines at level ERROR and above, and what is no line of the log, since the last call. */
  takeComplaints(): readonly string[];
  /** Calls back when a process ends by itself, with its name and how it ended. */
  onEnd(listener: (what: string) => void): void;
  /** How long the API's event loop has waited for a processor since its start; 0 where the system does not say. */
  waitedForProcessorMs(): number;
  /** Collects garbage in the API, so that its figures of memory say what is held. */
  collectGarbage(): void;
  stop(): Promise<void>;
}

/** Collects garbage on a signal that means nothing to the service; SIGUSR2 would stop it. */
const COLLECTOR = "data:text/javascript,process.on('SIGWINCH',()=>globalThis.gc())";

export async function startWatchedService({
  broker,
  env,
  fill,
}: WatchedServiceOptions): Promise<WatchedService> {
  await buildIfStale();
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-watched-'));
  const startBroker = broker === 'rabbitmq' ? startRabbitMq : startRedis;
  const [database, messages] = await Promise.all([
    startMariaDb({ dir, durable: false }),
    startBroker({ dir, durable: false }),
  ]);
  await prepare(database.url, fill);
  const port = await findFreePort();
  const [databaseUrl, brokerUrl] = [database.appUrl, messages.appUrl];
  const wholeEnv = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: databaseUrl,
    BROKER_URL: brokerUrl,
    PORT: String(port),
    ...env,
  };
  const complaints: string[] = [];
  const start = async (name: string): Promise<TetheredProcess> => {
    const args = ['--expose-gc', '--import', COLLECTOR, `dist/${name}.js`];
    const child = await spawnTethered(process.execPath, args, { cwd: root, env: wholeEnv });
    for (const output of [child.stdout, child.stderr]) {
      if (output)
        createInterface({ input: output }).on(
          'line',
          (line) => void (isComplaint(line) && complaints.push(line)),
        );
    }
    return child;
  };
  const processes = { API: await start('api'), worker: await start('worker') };
  let isStopping = false;
  let onEnd: (what: string) => void = () => {};
  const ends = Object.entries(processes).map(async ([name, { exited }]) => {
    const { code, signal } = await exited;
    if (!isStopping) onEnd(`the ${name} ended (${signal ?? `exit code ${code}`})`);
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 60_000);
  return {
    url,
    port,
    passwords: [databaseUrl, brokerUrl].map((address) => new URL(address).password),
    takeComplaints: () => complaints.splice(0),
    onEnd: (listener) => void (onEnd = listener),
    waitedForProcessorMs: () => waitedForProcessorMs(processes.API.pid),
    collectGarbage: () => processes.API.kill('SIGWINCH'),
    async stop() {
      isStopping = true;
      for (const child of Object.values(processes)) if (child.running) child.kill('SIGINT');
      await Promise.race([Promise.all(ends), delay(10_000, undefined, { ref: false })]);
      for (const child of Object.values(processes)) if (child.running) child.kill('SIGKILL');
      await throwAway(dir, database, messages);
    },
  };
}

async function prepare(url: string, fill: WatchedServiceOptions['fill']): Promise<void> {
  await migrate(url, join(root, 'migrations'));
  const connection = await createConnection(url);
  await fill(connection);
  await connection.end();
}

/** Of the main thread, which has the event loop: proc(5), the second figure of schedstat, in nanoseconds. */
function waitedForProcessorMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

function isComplaint(line: string): boolean {
  return !line.startsWith('{"level":') || /^\{"level":"(error|fatal)"/.test(line);
}
