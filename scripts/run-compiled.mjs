import { buildIfStale } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { runInForeground } from './run-in-foreground.mjs';
import { environmentWithUrls } from './service-urls.mjs';

/**
 * Compiles the sources if they have changed, and runs `dist/<name>.js`.
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code of the program.
 */
export async function runCompiled(name, args) {
  const env = environmentWithUrls();
  delete env['NODE_OPTIONS']; // .npmrc sets it for knex
  await installIfNeeded();
  await buildIfStale();
  return runInForeground(['--enable-source-maps', `dist/${name}.js`, ...args], env);
}
