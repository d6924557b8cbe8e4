import { dirname } from 'node:path';
import { installIfNeeded } from './install.mjs';
import { createProgress } from './progress.mjs';
import { runAllTests } from './run-jest.mjs';
import { ProgramFailed, runToEnd } from './run-to-end.mjs';
import { findProgram } from './servers/programs.mjs';

/** @typedef {import('./run-jest.mjs').Count} Count */

/** @typedef {readonly [title: string, command: string, ...args: string[]]} Check */

/** @type {readonly Check[]} The checks run at the same time, because some of them use only one thread. */
const CHECKS = [
  ['The lock file is sound', process.execPath, 'scripts/check-lockfile.mjs'],
  ['Files are formatted', 'npm', 'run', '--silent', 'check:format'],
  ['The linter reports nothing', 'npm', 'run', '--silent', 'check:lint'],
  ['Types are correct', 'npm', 'run', '--silent', 'check:types'],
  [
    'The generated schema is fresh',
    process.execPath,
    '--import',
    'tsx',
    'scripts/generate-schema.ts',
    '--check',
  ],
  ['Generated types are fresh', process.execPath, '--import', 'tsx', 'scripts/generate-types.ts', '--check'],
  ['Both interfaces follow their rules and break no client', 'npm', 'run', '--silent', 'check:api'],
  ['Modules import in the right direction', 'npm', 'run', '--silent', 'check:cycles'],
];

/**
 * Runs all checks and tests. The last line printed says how many passed and failed.
 * @returns {Promise<number>} The exit code.
 */
export async function testEverything() {
  const progress = createProgress(process.stdout);
  await progress.step('Installing the packages', () => installIfNeeded());

  const [mysql, ...counts] = await Promise.all([
    findMySql(progress),
    ...CHECKS.map((check) => runCheck(progress, check)),
  ]);
  const env = mysql === undefined ? process.env : { ...process.env, TEST_MYSQL_FOLDER: dirname(mysql) };
  counts.push(await progress.handOver(() => runAllTests((text) => progress.print(text), env)));

  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  progress.print(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * @param {import('./progress.mjs').Progress} progress
 * @param {Check} check
 * @returns {Promise<Count>}
 */
async function runCheck(progress, [title, command, ...args]) {
  try {
    const output = await progress.step(title, () => runToEnd(command, args));
    for (const warning of output.split('\n').filter((line) => line.startsWith('⚠'))) progress.print(warning);
    return { passed: 1, failed: 0 };
  } catch (error) {
    progress.print(`✘ ${title}\n${error instanceof ProgramFailed ? error.output : String(error)}`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Time limit of MySQL's download. It is long enough for a slow connection. Without it the tests would hang on a network
 * that drops packets.
 */
const DOWNLOAD_MS = 180_000;

/**
 * Returns the path of MySQL, on which some contract tests run as well. Undefined when MySQL is neither installed nor
 * downloadable.
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<string | undefined>}
 */
async function findMySql(progress) {
  try {
    const search = { signal: AbortSignal.timeout(DOWNLOAD_MS) };
    return (await progress.step('Finding MySQL', () => findProgram('mysql', search))).path;
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n');
    progress.print(`⚠ No test runs on MySQL: ${reason.replace(/:$/, '')}`);
    return undefined;
  }
}
