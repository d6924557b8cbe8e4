/**
 * One MariaDB and one Redis for a run of jest, thrown away with it. Tests find them in TEST_DATABASE_URL (an account
 * that can make databases whose names begin with `posts_report`) and TEST_REDIS_URL.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { findPrograms } from '../../scripts/servers/programs.mjs';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';

/** @param {{ nonFlagArgs: readonly string[] }} globalConfig */
export default async function setUp({ nonFlagArgs }) {
  if (nonFlagArgs.length > 0 && nonFlagArgs.every((path) => path.includes('tests/unit'))) return;
  const local = join(root, '.local');
  const dir = join(local, `test-${process.pid}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  removeLeftovers(local);

  const { DATABASE_URL, BROKER_URL, REDIS_URL } = process.env;
  const redisUrl = REDIS_URL || (BROKER_URL?.startsWith('redis') ? BROKER_URL : undefined);
  const log = (/** @type {string} */ message) => process.stderr.write(`${message}\n`);
  const programs = await findPrograms(
    [
      ...(DATABASE_URL ? [] : [/** @type {const} */ ('mariadb')]),
      ...(redisUrl ? [] : [/** @type {const} */ ('redis')]),
    ],
    { log },
  );
  const [database, redis] = await Promise.all([
    programs.mariadb && startMariaDb({ dir, program: programs.mariadb, durable: false }),
    programs.redis && startRedis({ dir, program: programs.redis, durable: false }),
  ]);
  process.env['TEST_DATABASE_URL'] = database?.url ?? DATABASE_URL;
  process.env['TEST_REDIS_URL'] = redis?.url ?? redisUrl;

  endTestServers = async () => {
    await Promise.all([database?.stop(), redis?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  };
}

/** Replaced once there is something to end; the teardown runs in the same process. */
export let endTestServers = async () => {};

/**
 * Folders of runs that were killed.
 * @param {string} local
 */
function removeLeftovers(local) {
  for (const name of readdirSync(local)) {
    const pid = /^test-(\d+)$/.exec(name)?.[1];
    if (pid && !identifyProcess(Number(pid))) rmSync(join(local, name), { recursive: true, force: true });
  }
}
