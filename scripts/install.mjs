/** Puts into node_modules what package-lock.json says, when something else or nothing is there. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './project.mjs';
import { runToEnd } from './run-to-end.mjs';
import { withLock } from './servers/lock-file.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */

/**
 * With the packages for development whatever NODE_ENV says: compiling takes the types among them.
 * @param {{ signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<void>}
 */
export async function installIfNeeded({ signal } = {}) {
  if (isInstalled()) return;
  await withLock(join(root, '.local/install.lock'), async () => {
    if (isInstalled()) return;
    const [command, ...args] = npm();
    await runToEnd(command, [...args, 'ci', '--include=dev'], { signal });
  });
}

function isInstalled() {
  const wanted = readPackages('package-lock.json');
  // npm writes this file last, so it is there only after an installation that came to its end.
  const installed = readPackages('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    const mayBeAbsent = path === '' || locked.optional || locked.devOptional;
    return mayBeAbsent || installed[path]?.version === locked.version;
  });
}

/**
 * The npm that this command was started with, if any.
 * @returns {[string, ...string[]]}
 */
function npm() {
  const started = process.env['npm_execpath'];
  return started && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm'];
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readPackages(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}
