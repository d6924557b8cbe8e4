/**
 * One MariaDB for a run of jest, thrown away with it. Tests find it in TEST_DATABASE_URL: an account that can make
 * databases whose names begin with `posts_report`.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/project.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { findPrograms } from '../../scripts/servers/programs.mjs';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';

/** @param {{ nonFlagArgs: readonly string[] }} globalConfig */
export default async function setUp({ nonFlagArgs }) {
  if (nonFlagArgs.length > 0 && nonFlagArgs.every((path) => path.includes('tests/unit'))) return;
  const local = join(root, '.local');
  const dir = join(local, `test-${process.pid}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  removeLeftovers(local);

  const { DATABASE_URL } = process.env;
  const log = (/** @type {string} */ message) => process.stderr.write(`${message}\n`);
  // Each test of Redis starts a server of its own. The program is downloaded here, because tests have a time limit.
  const programs = await findPrograms(DATABASE_URL ? ['redis'] : ['mariadb', 'redis'], { log });
  const database =
    programs.mariadb && (await startMariaDb({ dir, program: programs.mariadb, durable: false }));
  process.env['TEST_DATABASE_URL'] = database?.url ?? DATABASE_URL;

  endTestServers = async () => {
    await database?.stop();
    rmSync(dir, { recursive: true, force: true });
  };
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
