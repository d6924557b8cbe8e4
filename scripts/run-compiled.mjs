import { buildIfStale } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { runInForeground } from './run-in-foreground.mjs';
import { environmentWithUrls } from './service-urls.mjs';

/**
 * Compiles if need be and runs `dist/<name>.js`.
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Promise<number>} Its exit code.
 */
export async function runCompiled(name, args) {
  const env = environmentWithUrls();
  delete env['NODE_OPTIONS']; // what .npmrc puts there is not for it
  await installIfNeeded();
  await buildIfStale();
  return runInForeground(['--enable-source-maps', `dist/${name}.js`, ...args], env);
}
