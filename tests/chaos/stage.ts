import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createPool, type Pool } from 'mysql2/promise';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';
import type { BrokerName } from '../../src/adapters/broker-url.js';
import { until } from '../support/waiting.js';
import { START_CHAOS_BROKER, type ChaosBroker } from './brokers/index.js';
import { APIS, WORKERS, type ApiName, type Link, type ProcessName, type ServerName } from './fault-plan.js';
import type { Recorder } from './history.js';
import { ManagedProcess } from './managed-process.js';
import { migrate } from './migrate.js';
import { insertPosts } from './posts.js';
import { TcpProxy } from './tcp-proxy.js';

export interface StageOptions {
  /** Folder of the servers' data and the logs. It contains `tree`, which `makeTree` made. */
  readonly dir: string;
  readonly seed: number;
  readonly broker: BrokerName;
  readonly recorder: Recorder;
  /** Slots of each worker. */
  readonly slots?: readonly [number, number];
}

/** Settings of the service that the checker needs. */
export const MAX_ATTEMPTS = 3;
export const RETRY_BASE_MS = 200;
export const SLOTS: readonly [number, number] = [2, 3];

/** Clocks are wrong in every run, because the service may use only the database's clock. */
const CLOCK_OFFSETS_MS: Readonly<Record<ProcessName, number>> = {
  'worker-1': 0,
  'worker-2': -600_000,
  'api-1': 0,
  'api-2': 420_000,
};

/** The real service: two APIs and two workers, each behind proxies of its own, with a private MariaDB and broker. */
export interface ChaosStage {
  readonly processes: ReadonlyMap<ProcessName, ManagedProcess>;
  readonly servers: Readonly<Record<ServerName, PrivateServer>>;
  readonly apiUrls: Readonly<Record<ApiName, string>>;
  readonly broker: ChaosBroker;
  /** The suite's own connections to the database, which bypass all proxies. */
  readonly database: Pool;
  proxy(link: Link): TcpProxy;
  close(): Promise<void>;
}

export async function startStage({
  dir,
  seed,
  broker: brokerName,
  recorder,
  slots = SLOTS,
}: StageOptions): Promise<ChaosStage> {
  const tree = join(dir, 'tree');
  const logs = join(dir, 'logs');
  mkdirSync(logs, { recursive: true });
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse().splice(0)) await step();
  };
  try {
    const [mariadb, broker] = await Promise.all([
      startMariaDb({ dir, durable: true }),
      START_CHAOS_BROKER[brokerName](dir),
    ]);
    closing.push(() => Promise.all([mariadb.stop(), broker.server.stop()]));
    const servers = { mariadb, broker: broker.server };
    await migrate(mariadb.url, join(tree, 'migrations'));
    const database = createPool({
      uri: mariadb.url,
      timezone: 'Z',
      connectionLimit: 6,
      supportBigNumbers: true,
    });
    closing.push(() => database.end());
    const connection = await database.getConnection();
    await insertPosts(connection, seed).finally(() => connection.release());

    const proxies = new Map<string, TcpProxy>();
    const processes = new Map<ProcessName, ManagedProcess>();
    const apiUrls: Record<ApiName, string> = { 'api-1': '', 'api-2': '' };
    closing.push(() => Promise.all([...proxies.values()].map((proxy) => proxy.close())));
    closing.push(() => Promise.all([...processes.values()].map((managed) => managed.stop())));
    for (const name of [...APIS, ...WORKERS]) {
      for (const to of ['mariadb', 'broker'] as const) {
        const proxy = await TcpProxy.listen(await findFreePort(), servers[to].port);
        proxies.set(`${name} ${to}`, proxy);
      }
      const addressed = (to: ServerName): string => {
        const url = new URL(servers[to].appUrl);
        url.port = String(proxies.get(`${name} ${to}`)?.port);
        return url.href;
      };
      const port = await findFreePort();
      if (isApi(name)) apiUrls[name] = `http://127.0.0.1:${port}`;
      const managed = new ManagedProcess({
        name,
        args: ['--import', SKEWED_CLOCK, join(tree, 'dist', isApi(name) ? 'api.js' : 'worker.js')],
        cwd: tree,
        logPath: join(logs, `${name}.log`),
        recorder,
        env: {
          PATH: process.env['PATH'] ?? '',
          NODE_ENV: 'production',
          // Without authentication all clients are one requester, `anonymous`.
          AUTH: 'off',
          MAX_OPEN_JOBS: '1000000',
          PORT: String(port),
          DATABASE_URL: addressed('mariadb'),
          BROKER_URL: addressed('broker'),
          WORKER_CONCURRENCY: String(name === 'worker-2' ? slots[1] : slots[0]),
          JOB_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
          RETRY_BASE_MS: String(RETRY_BASE_MS),
          CHAOS_CLOCK_OFFSET_MS: String(CLOCK_OFFSETS_MS[name]),
        },
      });
      processes.set(name, managed);
      await managed.start();
    }
    await untilReady(Object.values(apiUrls));
    return {
      processes,
      servers,
      apiUrls,
      broker,
      database,
      proxy: ({ from, to }) => proxies.get(`${from} ${to}`) as TcpProxy,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const SKEWED_CLOCK = pathToFileURL(fileURLToPath(new URL('skewed-clock.mjs', import.meta.url))).href;

function isApi(name: ProcessName): name is ApiName {
  return name.startsWith('api');
}

async function untilReady(urls: readonly string[]): Promise<void> {
  for (const url of urls)
    await until(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 60_000);
}
