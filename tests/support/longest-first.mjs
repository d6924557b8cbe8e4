import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../../scripts/project.mjs';

/** @type {Readonly<Record<string, number>>} Seconds that the longest test files take; all other files take less. */
const SECONDS = JSON.parse(readFileSync(new URL('longest-files.json', import.meta.url), 'utf8'));
/**
 * Order of the folders whose files are not listed: tests with processes, with servers, with a database. All others come
 * last.
 */
const OTHERS = [/^tests\/(e2e|chaos)\//, /^tests\/contract\//, /^tests\/(http|jobs)\//];

/**
 * Starts long files first, so that all workers end at about the same time. Jest's own record of durations is missing in
 * a fresh clone.
 */
export default class LongestFirst {
  /**
   * @param {import('@jest/test-result').Test[]} tests
   * @returns {import('@jest/test-result').Test[]}
   */
  sort(tests) {
    return tests.toSorted((a, b) => weightOf(b.path) - weightOf(a.path));
  }

  /** jest requires this method; the order does not depend on earlier runs. */
  cacheResults() {}
}

/** @param {string} path */
function weightOf(path) {
  const name = relative(root, path).replaceAll('\\', '/');
  const folder = OTHERS.findIndex((pattern) => pattern.test(name));
  return SECONDS[name] ?? (folder === -1 ? 0 : 1 - folder / OTHERS.length);
}
