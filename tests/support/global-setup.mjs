/**
 * One MariaDB for a run of jest, thrown away with it. Tests find it in TEST_DATABASE_URL: an account that can make
 * databases whose names begin with `posts_report`. They copy data from TEST_EMPTY_DATA when they start servers of their
 * own. With TEST_MYSQL_FOLDER, the folder of its program, the same of MySQL.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { findProgram, findPrograms } from '../../scripts/servers/programs.mjs';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';

/** @param {{ nonFlagArgs: readonly string[] }} globalConfig */
export default async function setUp({ nonFlagArgs }) {
  if (nonFlagArgs.length > 0 && nonFlagArgs.every((path) => path.includes('tests/unit'))) return;
  const local = join(root, '.local');
  const dir = join(local, `test-${process.pid}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  removeLeftovers(local);

  const { DATABASE_URL, TEST_MYSQL_FOLDER } = process.env;
  const log = (/** @type {string} */ message) => process.stderr.write(`${message}\n`);
  // Each test of Redis starts a server of its own. The program is downloaded here, because tests have a time limit.
  const programs = await findPrograms(DATABASE_URL ? ['redis'] : ['mariadb', 'redis'], { log });
  const [mariaDb, mysql] = await Promise.all([
    programs.mariadb && startTestServer(dir, programs.mariadb),
    TEST_MYSQL_FOLDER ? startTestServer(join(dir, 'mysql'), await findProgram('mysql', { log })) : undefined,
  ]);
  Object.assign(process.env, {
    ...(mariaDb
      ? { TEST_DATABASE_URL: mariaDb.server.url, TEST_EMPTY_DATA: mariaDb.emptyData }
      : { TEST_DATABASE_URL: DATABASE_URL }),
    ...(mysql && { TEST_MYSQL_URL: mysql.server.url, TEST_MYSQL_EMPTY_DATA: mysql.emptyData }),
  });

  endTestServers = async () => {
    await Promise.all([mariaDb?.server.stop(), mysql?.server.stop()]);
    rmSync(dir, { recursive: true, force: true });
  };
}

/**
 * @param {string} dir
 * @param {import('../../scripts/servers/programs.mjs').Program} program
 */
async function startTestServer(dir, program) {
  const emptyData = join(dir, 'empty');
  return { emptyData, server: await startMariaDb({ dir, program, emptyData, durable: false }) };
}

/** Replaced once there is something to end. The teardown runs in the same process. */
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
