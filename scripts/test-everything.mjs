import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { installIfNeeded } from './install.mjs';
import { root } from './project.mjs';
import { ProgramFailed, runToEnd } from './run-to-end.mjs';
import { findProgram } from './servers/programs.mjs';
import { spawnTethered } from './servers/tethered-process.mjs';
import { localFolder } from './service-urls.mjs';
import { createProgress } from './progress.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

/** @typedef {readonly [title: string, command: string, ...args: string[]]} Check */

/** @type {readonly Check[]} One-threaded programs in part, so that they run at the same time. */
const CHECKS = [
  ['The lock file is sound', process.execPath, 'scripts/check-lockfile.mjs'],
  ['Files are formatted', 'npm', 'run', '--silent', 'check:format'],
  ['Nothing to complain for the linter', 'npm', 'run', '--silent', 'check:lint'],
  ['Types fit', 'npm', 'run', '--silent', 'check:types'],
  [
    'The generated schema is fresh',
    process.execPath,
    '--import',
    'tsx',
    'scripts/generate-schema.ts',
    '--check',
  ],
  ['Generated types are fresh', process.execPath, '--import', 'tsx', 'scripts/generate-types.ts', '--check'],
  ['Both interfaces are well made, and break no client', 'npm', 'run', '--silent', 'check:api'],
  ['Modules import in the right direction', 'npm', 'run', '--silent', 'check:cycles'],
];

/**
 * The last line says how many checks and tests passed and failed.
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
  counts.push(await progress.handOver(() => runAllTests(env)));

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

/** For a download on a slow line; a network that swallows everything must not hold up the tests. */
const DOWNLOAD_MS = 180_000;

/**
 * The path of MySQL, which some contract tests run on as well. Few systems have it, and not every one can get it.
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

/** What a database server can make a difference to. The dump of the backup test cannot log in to MySQL. */
const DATABASE_TESTS = [
  'tests/contract',
  'tests/http',
  'tests/e2e',
  '--testPathIgnorePatterns=tests/contract/(bee|broker|connect-messaging|finished|job-events|queue-names|rabbitmq|redis)',
  '--testPathIgnorePatterns=tests/e2e/(backup|bench|browser|commands-download|documents|examples|tethered)',
];

/**
 * The same as `runJest`, with MySQL in MariaDB's place.
 * @param {readonly string[]} args Default: all tests that a database server can make a difference to.
 * @returns {Promise<number>} The exit code.
 */
export async function runJestOnMySql(args) {
  const { path } = await findProgram('mysql', { log: (message) => process.stderr.write(`${message}\n`) });
  const PATH = [dirname(path), process.env['PATH']].join(delimiter);
  return runJest(args.length > 0 ? args : DATABASE_TESTS, { ...process.env, PATH });
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} The exit code.
 */
export async function runJest(args, environment = process.env) {
  await installIfNeeded();
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const env = { ...environment };
  delete env['NODE_OPTIONS']; // what .npmrc puts there is for knex
  const jest = await spawnTethered(process.execPath, [...node, 'node_modules/jest/bin/jest.js', ...args], {
    cwd: root,
    env,
    output: 'inherit',
    foreground: true,
  });
  process.on('SIGINT', () => {}); // jest gets it from the terminal as well
  process.on('SIGTERM', () => jest.kill('SIGTERM'));
  const { code } = await jest.exited;
  return code ?? 1;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>}
 */
async function runAllTests(env) {
  mkdirSync(localFolder, { recursive: true, mode: 0o700 });
  const report = join(localFolder, `jest-${process.pid}.json`);
  const code = await runJest(['--json', `--outputFile=${report}`], env);
  try {
    return count(JSON.parse(readFileSync(report, 'utf8')), code);
  } catch {
    console.error(`jest ended with exit code ${code} and without a result`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(report, { force: true });
  }
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} result
 * @param {number} code
 * @returns {Count} A file that could not be run at all counts as one failure, and so does a run without tests.
 */
function count({ numPassedTests, numFailedTests, numRuntimeErrorTestSuites }, code) {
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const isUnexplained = failed === 0 && (code !== 0 || numPassedTests === 0);
  return { passed: numPassedTests, failed: isUnexplained ? 1 : failed };
}
