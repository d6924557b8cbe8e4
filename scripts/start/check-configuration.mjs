/** Reports mistakes in the environment and in REPORTS_DIR before the start changes a database. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../project.mjs';
import { brokerVariable } from '../service-urls.mjs';

/**
 * The sources must have been compiled.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ reportNames: readonly string[], needsToken: boolean, graphiql: boolean }>} Rejects with the error
 *   with which the API and the worker would refuse to start.
 */
export async function checkConfiguration(env) {
  const { loadConfig } = await importCompiled('config.js');
  const { loadReports } = await importCompiled('adapters/load-reports.js');
  // The URLs of private servers may not be known yet. They need no check, so any URL can stand for them.
  const brokerUrl = env['BROKER'] === 'rabbitmq' ? 'amqp://private' : 'redis://private';
  const { reportsDir, authTokens, graphiql } = loadConfig({
    ...env,
    DATABASE_URL: env['DATABASE_URL'] || 'mysql://private/posts',
    ...brokerVariable(env, brokerUrl),
  });
  const { reports } = await loadReports(reportsDir);
  const reportNames = reports.map((/** @type {{ name: string }} */ { name }) => name);
  return { reportNames, needsToken: authTokens.length > 0, graphiql };
}

/** @param {string} path */
function importCompiled(path) {
  return import(pathToFileURL(join(root, 'dist', path)).href);
}

/** @param {unknown} error */
export function isConfigError(error) {
  return error instanceof Error && (error.name === 'ConfigError' || error.name === 'DefinitionError');
}
