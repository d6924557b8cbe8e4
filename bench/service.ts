import { join } from 'node:path';
import { buildIfStale } from '../scripts/build.mjs';
import { root } from '../scripts/project.mjs';
import type { BrokerName } from '../src/adapters/broker-url.js';
import { ServerProcess } from './server-process.js';
import type { Stage } from './stage.js';

/** The service as `npm start` runs it: one API and one worker, on a database and a broker. */
export interface Service {
  readonly url: string;
  readonly api: ServerProcess;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly broker: BrokerName;
  /** Services with the same name share a broker. */
  readonly name: string;
  /** Whether a worker runs. Without a worker, jobs stay in the queue. Default: true. */
  readonly worker?: boolean;
}

export async function startService(
  stage: Stage,
  { databaseUrl, broker, name, worker = true }: ServiceOptions,
): Promise<Service> {
  await buildIfStale();
  const server = broker === 'rabbitmq' ? await stage.rabbitMq(name) : await stage.redis(name);
  const env = { DATABASE_URL: databaseUrl, BROKER_URL: server.url, LOG_LEVEL: 'warn', ...ONE_REQUESTER };
  const start = (process: string, readyPath?: string): Promise<ServerProcess> =>
    ServerProcess.start({
      main: join(root, `dist/${process}.js`),
      env,
      ...(readyPath !== undefined && { readyPath }),
    });
  const api = await start('api', '/readyz');
  const workers = worker ? [await start('worker')] : [];
  return {
    url: api.url,
    api,
    async stop() {
      await Promise.all([api, ...workers].map((process) => process.stop()));
    },
  };
}

/** The bench sends every request as the requester `anonymous`, so the limit of open jobs per requester is high. */
const ONE_REQUESTER = { AUTH: 'off', MAX_OPEN_JOBS: '10000000' };
