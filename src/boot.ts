import type { DatabaseHealth } from './adapters/mysql/database-health.js';
import { refusedAddress } from './adapters/mysql/refused-address.js';
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
 * A database that is away, or refuses what the service relies on, is waited for: the process says so, stays and
 * recovers by itself. One that does not let the account in is a mistake in DATABASE_URL.
 *
 * @throws ConfigError
 */
export async function checkDatabase(health: Pick<DatabaseHealth, 'look' | 'note'>): Promise<void> {
  const problem = await health.look();
  const refusal = refusedAddress(problem?.cause);
  if (refusal !== undefined) throw new ConfigError([refusal]);
  health.note(problem);
}
