import type { Database } from './adapters/mysql/knex.js';
import { refusedAccess } from './adapters/mysql/database-errors.js';
import { CONFIG_EXIT_CODE, ConfigError, loadConfig, type Config } from './config.js';
import { createLogger } from './logger.js';
import type { Logger } from './jobs/ports/logger.js';

/** Starts a process; a wrong configuration is told in a few readable lines and exit code 78. */
export async function boot(
  name: string,
  start: (config: Config, logger: Logger) => Promise<void>,
): Promise<void> {
  try {
    const config = loadConfig(process.env);
    await start(config, createLogger({ level: config.logLevel, process: name }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(CONFIG_EXIT_CODE);
  }
}

/**
 * A database that is away is waited for: the process stays and recovers by itself. One that refuses us is a mistake
 * in DATABASE_URL.
 *
 * @throws ConfigError
 */
export async function checkDatabase(database: Pick<Database, 'ping'>, logger: Logger): Promise<void> {
  try {
    await database.ping();
  } catch (error) {
    const refusal = refusedAccess(error);
    if (refusal !== undefined) throw new ConfigError([`DATABASE_URL is refused by the server: ${refusal}`]);
    logger.warn({ err: error }, 'the database is away; it will be used as soon as it is back');
  }
}
