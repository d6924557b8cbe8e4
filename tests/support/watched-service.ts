/** An API and a worker on servers of their own. A test observes them from outside while it sends requests. */
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
  /** Variables for the API and the worker, in addition to the addresses of the servers. */
  readonly env: Readonly<Record<string, string>>;
  /** Fills the tables after they have been created. */
  readonly fill: (connection: Connection) => Promise<void>;
}

export interface WatchedService {
  readonly url: string;
  readonly port: number;
  /** Passwords of the servers, which no answer may show. */
  readonly passwords: readonly string[];
  /**
   * Returns what the processes have printed since the last call: lines of level ERROR and above, and lines that are not
   * of the log.
   */
  takeComplaints(): readonly string[];
  /** The listener is called with the name and the exit of a process that ends by itself. */
  onEnd(listener: (what: string) => void): void;
  /**
   * Milliseconds for which the API's event loop has waited for a processor since its start; 0 where the system does not
   * count them.
   */
  waitedForProcessorMs(): number;
  /** Collects garbage in the API, so that its figures of memory count only memory in use. */
  collectGarbage(): void;
  stop(): Promise<void>;
}

/** Collects garbage at SIGWINCH, to which the service does not react. SIGUSR2 would stop the service. */
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

/**
 * Reads the waiting time of the main thread, which runs the event loop. It is the second number in `schedstat`, in
 * nanoseconds; see proc(5).
 */
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
