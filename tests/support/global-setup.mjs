/**
 * Starts a MariaDB server for one run of jest; the teardown deletes it. TEST_DATABASE_URL has an account that can
 * create databases whose names begin with `posts_report`. TEST_EMPTY_DATA is an empty data directory, which tests copy
 * for servers of their own. When DATABASE_URL is set, the tests use its server, and no MariaDB server starts. When
 * TEST_MYSQL_FOLDER names the folder of MySQL's program, a MySQL server starts as well; its variables are TEST_MYSQL_URL
 * and TEST_MYSQL_EMPTY_DATA.
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
  // Each test of Redis starts its own server. Redis is downloaded here, because tests have a time limit.
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

/**
 * Stops the servers of this run. `setUp` assigns the function when servers run; the teardown calls it in the same
 * process.
 */
export let endTestServers = async () => {};

/**
 * Deletes the folders of runs that were killed.
 * @param {string} local
 */
function removeLeftovers(local) {
  for (const name of readdirSync(local)) {
    const pid = /^test-(\d+)$/.exec(name)?.[1];
    if (pid && !identifyProcess(Number(pid))) rmSync(join(local, name), { recursive: true, force: true });
  }
}
