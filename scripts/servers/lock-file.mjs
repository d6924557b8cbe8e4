/** A lock file, so that only one of several commands uses a folder or a download at a time. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './error-code.mjs';
import { identifyProcess, isRunning } from './process-identity.mjs';

/**
 * @typedef {object} LockHolder
 * @property {import('./process-identity.mjs').ProcessIdentity} process
 * @property {string} since ISO 8601
 * @property {Record<string, string>} [note] Facts about the holder, for processes that find the lock taken.
 */

/**
 * Takes the lock, or returns its holder.
 * @param {string} path
 * @param {Record<string, string>} [note]
 * @returns {{ release: () => void } | { heldBy: LockHolder }}
 */
export function takeLock(path, note = {}) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = JSON.stringify({
    process: identifyProcess(process.pid),
    since: new Date().toISOString(),
    note,
  });
  for (;;) {
    if (createFile(path, own)) return { release: () => removeIfStill(path, own) };
    const content = readText(path);
    if (content === undefined) continue; // another process has just released the lock
    const holder = parseHolder(content);
    if (holder !== undefined && isRunning(holder.process)) return { heldBy: holder };
    removeIfStill(path, content);
  }
}

/**
 * Waits for the lock, runs the action while it holds the lock, and releases the lock.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} action
 * @param {(holder: LockHolder) => void} [onWait] Called once when another process holds the lock.
 * @returns {Promise<T>}
 */
export async function withLock(path, action, onWait) {
  let waiting = false;
  for (;;) {
    const lock = takeLock(path);
    if ('release' in lock) {
      try {
        return await action();
      } finally {
        lock.release();
      }
    }
    if (!waiting) onWait?.(lock.heldBy);
    waiting = true;
    // The release of another process's lock raises no event, so the lock is polled.
    await delay(100);
  }
}

/**
 * Creates the file atomically, so that no process reads a part of the content.
 * @param {string} path
 * @param {string} content
 * @returns {boolean} False when the file already exists.
 */
function createFile(path, content) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Deletes the lock file if it still has this content. The file is renamed before it is read: if another process has
 * taken the lock in the meantime, its file is put back instead of being deleted.
 * @param {string} path
 * @param {string} content
 */
function removeIfStill(path, content) {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
    if (readText(aside) !== content) linkSync(aside, path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} content
 * @returns {LockHolder | undefined} Undefined when the content is damaged.
 */
function parseHolder(content) {
  try {
    const holder = JSON.parse(content);
    return typeof holder.process.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}
