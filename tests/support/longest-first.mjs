import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../../scripts/project.mjs';

/** @type {Readonly<Record<string, number>>} Seconds of the files that take longest; the rest takes less. */
const SECONDS = JSON.parse(readFileSync(new URL('longest-files.json', import.meta.url), 'utf8'));
/** By folder, for files that have no line: processes, servers, a database, nothing. */
const OTHERS = [/^tests\/(e2e|chaos)\//, /^tests\/contract\//, /^tests\/(http|jobs)\//];

/** Starts long files first, so that all workers end at about the same time. A fresh clone has no record of its own. */
export default class LongestFirst {
  /**
   * @param {import('@jest/test-result').Test[]} tests
   * @returns {import('@jest/test-result').Test[]}
   */
  sort(tests) {
    return tests.toSorted((a, b) => weightOf(b.path) - weightOf(a.path));
  }

  /** Nothing is remembered between runs. */
  cacheResults() {}
}

/** @param {string} path */
function weightOf(path) {
  const name = relative(root, path).replaceAll('\\', '/');
  const folder = OTHERS.findIndex((pattern) => pattern.test(name));
  return SECONDS[name] ?? (folder === -1 ? 0 : 1 - folder / OTHERS.length);
}
