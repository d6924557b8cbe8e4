import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { installIfNeeded } from './install.mjs';
import { WHERE_A_DATABASE_IS_USED } from './mysql-tests.mjs';
import { root } from './project.mjs';
import { findProgram } from './servers/programs.mjs';
import { spawnTethered } from './servers/tethered-process.mjs';
import { localFolder } from './service-urls.mjs';

/** @typedef {{ passed: number, failed: number }} Count */

/** @typedef {{ name: string, status: string, assertionResults: readonly { status: string, fullName: string }[] }} TestFile */

/**
 * Runs jest on MySQL instead of MariaDB.
 * @param {readonly string[]} args Default: all tests whose result can depend on the database server.
 * @returns {Promise<number>} The exit code.
 */
export async function runJestOnMySql(args) {
  const { path } = await findProgram('mysql', { log: (message) => process.stderr.write(`${message}\n`) });
  const PATH = [dirname(path), process.env['PATH']].join(delimiter);
  return runJest(args.length > 0 ? args : optionsOf(WHERE_A_DATABASE_IS_USED), { ...process.env, PATH });
}

/** @param {Readonly<Record<string, readonly string[]>>} settings As in a configuration of jest. */
function optionsOf(settings) {
  return Object.entries(settings).flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} The exit code.
 */
export async function runJest(args, environment = process.env) {
  await installIfNeeded();
  const endWithJest = new URL('../tests/support/end-with-jest.mjs', import.meta.url).href; // in each worker
  const node = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    `--import=${endWithJest}`,
  ];
  const env = { ...environment };
  delete env['NODE_OPTIONS']; // .npmrc sets it for knex
  const jest = await spawnTethered(process.execPath, [...node, 'node_modules/jest/bin/jest.js', ...args], {
    cwd: root,
    env,
    output: 'inherit',
    foreground: true,
  });
  process.on('SIGINT', () => {}); // the terminal sends SIGINT to jest as well
  process.on('SIGTERM', () => jest.kill('SIGTERM'));
  const { code } = await jest.exited;
  return code ?? 1;
}

/** If more test files than this fail, the load of the machine is not the reason, and no file runs again. */
const MOST_REPEATED = 5;

/**
 * Runs all tests. A test file that fails beside others runs once more, alone. If it passes then, a warning names it,
 * and it does not count as a failure.
 * @param {(text: string) => void} print
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>}
 */
export async function runAllTests(print, env) {
  const { files, code } = await runForResults([], env);
  const failed = files.filter(({ status }) => status === 'failed');
  if (failed.length === 0 || failed.length > MOST_REPEATED) return countAll(files, code);

  const names = [...new Set(failed.map(({ name }) => name))];
  print(`Once more, alone: ${names.map((name) => relative(root, name)).join(', ')}`);
  const again = await runForResults(['--maxWorkers=1', '--runTestsByPath', ...names], env);
  for (const { name, assertionResults } of failed) {
    const repeated = again.files.filter((file) => file.name === name); // some files run on MariaDB and on MySQL
    const holds = repeated.length > 0 && repeated.every(({ status }) => status === 'passed');
    if (holds) print(`⚠ Failed beside other tests only: ${relative(root, name)}${titles(assertionResults)}`);
  }
  return countAll([...files.filter(({ name }) => !names.includes(name)), ...again.files], again.code);
}

/** @param {TestFile['assertionResults']} results */
function titles(results) {
  const failed = results.filter(({ status }) => status === 'failed');
  return failed.map(({ fullName }) => `\n  ${fullName}`).join('');
}

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ files: readonly TestFile[], code: number }>} No files when jest ended without a result.
 */
async function runForResults(args, env) {
  mkdirSync(localFolder, { recursive: true, mode: 0o700 });
  const report = join(localFolder, `jest-${process.pid}.json`);
  const code = await runJest(['--json', `--outputFile=${report}`, ...args], env);
  try {
    return { files: JSON.parse(readFileSync(report, 'utf8')).testResults, code };
  } catch {
    console.error(`jest ended with exit code ${code} and without a result`);
    return { files: [], code };
  } finally {
    rmSync(report, { force: true });
  }
}

/**
 * @param {readonly TestFile[]} files
 * @param {number} code
 * @returns {Count} A file that could not run counts as one failure, and so does a run without tests.
 */
function countAll(files, code) {
  const counts = files.map(countFile);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  const isUnexplained = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: isUnexplained ? 1 : failed };
}

/**
 * @param {TestFile} file
 * @returns {Count}
 */
function countFile({ status, assertionResults }) {
  /** @param {string} wanted */
  const countOf = (wanted) => assertionResults.filter((result) => result.status === wanted).length;
  const failed = countOf('failed');
  return { passed: countOf('passed'), failed: failed === 0 && status === 'failed' ? 1 : failed };
}
