import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import knexModule from 'knex';
import { createConnection } from 'mysql2/promise';
import { root } from '../scripts/project.mjs';
import { startMariaDb } from '../scripts/servers/mariadb.mjs';
import type { PrivateServer } from '../scripts/servers/private-server.mjs';
import { startRabbitMq } from '../scripts/servers/rabbitmq.mjs';
import { startRedis } from '../scripts/servers/redis.mjs';
import { localFolder } from '../scripts/service-urls.mjs';
import { TLS_SERVER } from '../tests/support/tls.js';
import { nodeContestant, type Contestant } from './contestant.js';
import { ServerProcess } from './server-process.js';

const knexCommand = createRequire(import.meta.url).resolve('knex/bin/cli.js');

/**
 * The servers and tables of the bench. The servers are private to the bench, and as durable as those of `npm start`.
 * Each server is started, and each table filled, on first use.
 */
export class Stage {
  readonly #dir: string;
  readonly #say: (line: string) => void;
  readonly #made = new Map<string, Promise<unknown>>();
  readonly #servers: PrivateServer[] = [];
  readonly #seedings = new Map<number, Seeding>();

  static async open(say: (line: string) => void): Promise<Stage> {
    return new Stage(await mkdtemp(join(tmpdir(), 'posts-report-bench-')), say);
  }

  private constructor(dir: string, say: (line: string) => void) {
    this.#dir = dir;
    this.#say = say;
  }

  /** A folder that is deleted with the stage. */
  get dir(): string {
    return this.#dir;
  }

  /**
   * The URL of a migrated database with this number of posts, which are the same in every run. No claim may change it.
   */
  posts(count: number): Promise<string> {
    return this.#once(`${count} posts`, async () => {
      const url = await this.database(nameOf(count));
      this.#say(`seeding ${count.toLocaleString('en')} posts`);
      this.#seedings.set(count, await this.#seed(url, count));
      return url;
    });
  }

  /** The URL of a database with a copy of these posts, for a claim that needs its own database. */
  postsIn(name: string, count: number): Promise<string> {
    return this.#once(`${count} posts in ${name}`, async () => {
      await this.posts(count);
      const url = await this.database(name);
      const connection = await createConnection(url);
      await connection.query(`INSERT INTO posts SELECT * FROM ${nameOf(count)}.posts`);
      await connection.end();
      return url;
    });
  }

  /** Returns the time and memory that the seeding of `posts(count)` took. Seeds only if that table is not there yet. */
  async seedOnce(count: number): Promise<Seeding> {
    await this.posts(count);
    return this.#seedings.get(count) as Seeding;
  }

  /** Replaces the posts of a claim's own database. */
  async reseed(url: string, count: number): Promise<void> {
    await this.#seed(url, count);
  }

  /** The URL of a migrated database for one claim, without posts. Its name begins with `posts_report_`. */
  database(name: string): Promise<string> {
    return this.#once(`database ${name}`, async () => {
      const server = await this.mariaDb();
      const connection = await createConnection(server.url);
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
      await connection.end();
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      await migrate(url.href);
      return url.href;
    });
  }

  mariaDb(): Promise<PrivateServer> {
    // The posts fit into the buffer pool, so that no claim measures the disk.
    const bufferPoolMb = Math.max(256, Math.min(4096, Math.floor(totalmem() / 2 ** 20 / 4)));
    return this.#server('MariaDB', () =>
      startMariaDb({ dir: this.#dir, bufferPoolMb, options: TLS_SERVER, log: this.#say }),
    );
  }

  /** The Redis server of this name. */
  redis(name: string): Promise<PrivateServer> {
    return this.#server(`Redis for ${name}`, () =>
      startRedis({ dir: join(this.#dir, name), log: this.#say }),
    );
  }

  rabbitMq(name: string): Promise<PrivateServer> {
    return this.#server(`RabbitMQ for ${name}`, () =>
      startRabbitMq({ dir: join(this.#dir, name), log: this.#say }),
    );
  }

  /** Seeds with the project's command, in its own process. */
  async #seed(url: string, count: number): Promise<Seeding> {
    const peakFile = join(this.#dir, 'peak');
    const startedAt = performance.now();
    await runKnex('seed:run', url, {
      SEED_POSTS: String(count),
      SEED_RANDOM: '7',
      BENCH_PEAK_FILE: peakFile,
    });
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, peakRssMb: Number(readFileSync(peakFile, 'utf8')) / 1024 };
  }

  /** Starts a process that runs one of the modules in `contestants.ts`. */
  async contestant(name: string, env: Readonly<Record<string, string>> = {}): Promise<Contestant> {
    return nodeContestant(join(await this.#compiled(), 'contestant-main.js'), name, env);
  }

  /** Starts a process that runs one of the servers in `servers.ts`. */
  async server(name: string, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const main = join(await this.#compiled(), 'server-main.js');
    return ServerProcess.start({ main, args: [name], env, readyPath: '/ready' });
  }

  /** Compiles the bench to plain JavaScript, as the service runs, because a loader would add to the measured memory. */
  #compiled(): Promise<string> {
    return this.#once('compiled', async () => {
      await promisify(execFile)(
        process.execPath,
        [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.bench.json')],
        { cwd: root },
      ).catch((error: { stdout?: string }) => {
        throw new Error(`The contestants do not compile:\n${error.stdout}`, { cause: error });
      });
      return join(localFolder, 'bench/bench');
    });
  }

  async close(): Promise<void> {
    for (const server of this.#servers.splice(0).reverse()) await server.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #server(name: string, start: () => Promise<PrivateServer>): Promise<PrivateServer> {
    return this.#once(name, async () => {
      this.#say(`starting ${name}`);
      const server = await start();
      this.#servers.push(server);
      return server;
    });
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key) ?? make();
    this.#made.set(key, known);
    return known as Promise<T>;
  }
}

function nameOf(count: number): string {
  return `posts_report_${count}`;
}

export interface Seeding {
  readonly seconds: number;
  readonly peakRssMb: number;
}

async function migrate(url: string): Promise<void> {
  const directory = join(root, 'migrations');
  const knex = knexModule.knex({ client: 'mysql2', connection: url });
  try {
    await knex.migrate.latest({ directory, extension: 'ts', loadExtensions: ['.ts'] });
  } finally {
    await knex.destroy();
  }
}

const PEAK_MEMORY = fileURLToPath(new URL('peak-memory.mjs', import.meta.url));

/** Runs a command of Knex, as a user of the project does. */
async function runKnex(command: string, databaseUrl: string, env: Readonly<Record<string, string>>) {
  await promisify(execFile)(
    process.execPath,
    ['--import', PEAK_MEMORY, '--import', 'tsx', knexCommand, command],
    {
      cwd: root,
      env: { ...process.env, ...env, NODE_OPTIONS: '', DATABASE_URL: databaseUrl },
      maxBuffer: 2 ** 26,
    },
  );
}
