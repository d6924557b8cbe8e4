/** Compiles `src` to `dist` if a source has changed since the last compilation. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './project.mjs';
import { ProgramFailed, runToEnd } from './run-to-end.mjs';
import { withLock } from './servers/lock-file.mjs';

const STAMP = join(root, 'dist/.built-from');

/**
 * @param {{ signal?: AbortSignal | undefined }} [options]
 * @returns {Promise<void>} Rejects with the compiler's messages when the sources do not compile.
 */
export async function buildIfStale({ signal } = {}) {
  if (isFresh(fingerprint())) return;
  // The lock is needed because two tests, or `npm start` and `npm run worker`, may compile at the same time.
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

/** Returns a hash of all files that the compiler reads. A copy of the project has the same hash. */
function fingerprint() {
  const files = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) files.push(join(relative(root, entry.parentPath), entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @param {AbortSignal | undefined} signal */
async function compile(signal) {
  try {
    await runToEnd(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      signal,
    });
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Error(`The sources do not compile:\n${error.output}`, { cause: error });
  }
}
