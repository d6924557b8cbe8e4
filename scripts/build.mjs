/** Compiles `src` to `dist` when something in it has changed since the last time. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.mjs';
import { withLock } from './servers/lock-file.mjs';

const STAMP = join(root, 'dist/.built-from');

/**
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<void>} Rejects with the compiler's complaints.
 */
export async function buildIfStale({ signal } = {}) {
  if (isFresh(fingerprint())) return;
  // Two tests, or `npm start` and `npm run worker`, may want it at the same time.
  await withLock(join(root, '.local/build.lock'), async () => {
    const sources = fingerprint();
    if (isFresh(sources)) return;
    await compile(signal);
    writeFileSync(STAMP, sources);
  });
}

/** @param {string} sources */
function isFresh(sources) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources;
}

/** Of everything that the compiler reads, by name, size and time. */
function fingerprint() {
  const files = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name));
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function compile(signal) {
  return new Promise((resolve, reject) => {
    const compiler = spawn(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(signal && { signal }),
      },
    );
    let complaints = '';
    compiler.stdout.on('data', (data) => (complaints += data));
    compiler.stderr.on('data', (data) => (complaints += data));
    compiler.once('error', reject);
    compiler.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The sources do not compile:\n${complaints.trim()}`));
    });
  });
}
