/**
 * Checks that every locked package has a checksum, comes from the registry, and runs on the oldest Node that
 * package.json allows. `npm ci` checks none of this: `engine-strict` compares with the installed Node, which may be
 * newer.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';

const OLDEST_NODE = [20, 19, 0];
const REGISTRY = 'registry.npmjs.org';

/** @type {Record<string, { link?: boolean, integrity?: string, resolved?: string, engines?: { node?: string } }>} */
const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
const complaints = Object.entries(packages).flatMap(([path, { integrity, resolved, engines }]) => {
  if (path === '') return [];
  const found = [];
  if (!integrity) found.push(`${path} has no checksum`);
  if (resolved && new URL(resolved).host !== REGISTRY) found.push(`${path} comes from ${resolved}`);
  if (engines?.node && !admits(engines.node, OLDEST_NODE))
    found.push(`${path} needs Node ${engines.node}, which excludes ${OLDEST_NODE.join('.')}`);
  return found;
});

for (const complaint of complaints) console.error(complaint);
console.log(`${Object.keys(packages).length} locked packages, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/**
 * Whether an npm version range allows the version. Supports the range syntax that occurs in `engines`.
 * @param {string} range
 * @param {readonly number[]} version
 */
function admits(range, version) {
  return range.split('||').some((alternative) => {
    const comparators = alternative
      .trim()
      .replaceAll(/([<>=^~]+)\s+/g, '$1')
      .split(/\s+/);
    return comparators.every((comparator) => meets(comparator, version));
  });
}

/**
 * @param {string} comparator
 * @param {readonly number[]} version
 */
function meets(comparator, version) {
  const match = /^(>=|<=|>|<|\^|~|=)?v?(\*|\d+(?:\.(?:\d+|\*|x))*)$/.exec(comparator);
  if (!match) throw new Error(`Unknown version range: ${comparator}`);
  const [, operator = '=', text = '*'] = match;
  const parts = text
    .split('.')
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
  const order = compare(version, parts);
  const sameUpTo = (/** @type {number} */ length) =>
    compare(version.slice(0, length), parts.slice(0, length)) === 0;
  switch (operator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0 || sameUpTo(parts.length);
    case '>':
      return order > 0 && !sameUpTo(parts.length);
    case '<':
      return order < 0;
    case '^':
      return order >= 0 && sameUpTo(1);
    case '~':
      return order >= 0 && sameUpTo(Math.min(2, parts.length));
    default:
      return sameUpTo(parts.length);
  }
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b Missing parts count as 0.
 */
function compare(a, b) {
  const difference = a.map((part, index) => part - (b[index] ?? 0)).find((value) => value !== 0);
  return difference ?? 0;
}
