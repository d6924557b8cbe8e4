/** Says every mistake of the environment before anything that lasts is done with it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../project.mjs';
import { brokerVariable } from '../service-urls.mjs';

/**
 * The sources must have been compiled.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>} Rejects with the words of the API and the worker when they would not take it.
 */
export async function checkConfiguration(env) {
  const { loadConfig } = await import(pathToFileURL(join(root, 'dist/config.js')).href);
  // Servers of our own cannot be wrong: any URL stands for theirs.
  const brokerUrl = env['BROKER'] === 'rabbitmq' ? 'amqp://private' : 'redis://private';
  loadConfig({
    ...env,
    DATABASE_URL: env['DATABASE_URL'] || 'mysql://private/posts',
    ...brokerVariable(env, brokerUrl),
  });
}

/** @param {unknown} error */
export function isConfigError(error) {
  return error instanceof Error && error.name === 'ConfigError';
}
