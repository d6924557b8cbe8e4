import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { startMariaDb } from '../scripts/servers/mariadb.mjs';
import type { BenchContext } from './claims.js';

const knexCommand = createRequire(import.meta.url).resolve('knex/bin/cli.js');

/** A private server with two seeded tables, for the time of the bench: one with all posts, one with a tenth of them. */
export async function withPosts<T>(
  posts: number,
  say: (line: string) => void,
  use: (context: Omit<BenchContext, 'pairs'>) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'posts-report-bench-'));
  const server = await startMariaDb({ dir, durable: false, log: say });
  try {
    const large = await seeded(server.url, 'posts_report_large', posts, say);
    const small = await seeded(server.url, 'posts_report_small', Math.ceil(posts / 10), say);
    return await use({ posts, env: { BENCH_DATABASE_URL: large }, smallEnv: { BENCH_DATABASE_URL: small } });
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function seeded(
  serverUrl: string,
  name: string,
  posts: number,
  say: (line: string) => void,
): Promise<string> {
  say(`seeding ${posts.toLocaleString('en')} posts`);
  const connection = await createConnection(serverUrl);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await connection.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  for (const command of ['migrate:latest', 'seed:run']) {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', knexCommand, command], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DATABASE_URL: url.href,
        SEED_POSTS: String(posts),
        SEED_RANDOM: '7',
      },
      maxBuffer: 2 ** 26,
    });
  }
  return url.href;
}
