import { loadReports } from './adapters/load-reports.js';
import type { DatabaseHealth } from './adapters/mysql/database-health.js';
import type { SourceCheck } from './adapters/mysql/mysql-source-check.js';
import { refusedAddress } from './adapters/mysql/refused-address.js';
import { CONFIG_EXIT_CODE, ConfigError, loadConfig, type Config } from './config.js';
import { createLogger } from './logger.js';
import type { Logger } from './jobs/ports/logger.js';
import { DefinitionError } from './reports/check-definition.js';
import { SHIPPED } from './reports/kinds/index.js';
import type { ReportCatalog } from './reports/report-catalog.js';
import { membersOfColumn } from './reports/report-definition.js';

/**
 * Starts a process. If the configuration or a report definition is wrong, the process prints the errors without a stack
 * and exits with status 78.
 */
export async function boot(
  name: string,
  start: (config: Config, logger: Logger, reports: ReportCatalog) => Promise<void>,
): Promise<void> {
  try {
    const config = loadConfig(process.env);
    const reports = await loadReports(config.reportsDir);
    const logger = createLogger({ level: config.logLevel, process: name });
    warnOfEmptyFolder(config, reports, logger);
    await start(config, logger, reports);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof DefinitionError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(CONFIG_EXIT_CODE);
  }
}

/** A folder without a definition is probably another one than was meant, or its files have other names. */
export function warnOfEmptyFolder(
  { reportsDir }: Pick<Config, 'reportsDir'>,
  { reports }: ReportCatalog,
  logger: Logger,
): void {
  if (reportsDir !== undefined && reports.length === SHIPPED.length)
    logger.warn({ reportsDir }, 'REPORTS_DIR has no report: its files must be named like orders.report.ts');
}

const SOURCE_PAUSE_MS = 5000;

/**
 * Waits until the source database answers, then logs each report that cannot be read from it, for example because a
 * column is missing. The process keeps running, because the source can be corrected meanwhile.
 */
export async function checkSource(
  source: Pick<SourceCheck, 'findMismatches'>,
  catalog: ReportCatalog,
  logger: Logger,
): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      for (const { report, error } of await source.findMismatches(catalog.reports)) {
        const members = error.column === undefined ? ['source.table'] : membersOfColumn(report, error.column);
        const subject = `${catalog.fileOf(report)}: ${members.join(', ')}`;
        logger.error({ kind: report.name, err: error }, `${subject} does not match the source`);
      }
      return;
    } catch (error) {
      if (isFirst) {
        const refusal = refusedAddress(error, 'SOURCE_DATABASE_URL');
        logger.warn({ err: error }, `${refusal ?? 'The source is away.'} It is used as soon as it can be.`);
      }
      await new Promise((resolve) => setTimeout(resolve, SOURCE_PAUSE_MS).unref());
    }
  }
}

/**
 * Checks the database at the start. If the database is unreachable or refuses a setting, the problem is logged, and the
 * process continues and recovers without a restart.
 *
 * @throws ConfigError if the database refuses the account of DATABASE_URL
 */
export async function checkDatabase(health: Pick<DatabaseHealth, 'findProblem' | 'note'>): Promise<void> {
  const problem = await health.findProblem();
  const refusal = refusedAddress(problem?.cause, 'DATABASE_URL');
  if (refusal !== undefined) throw new ConfigError([refusal]);
  health.note(problem);
}
