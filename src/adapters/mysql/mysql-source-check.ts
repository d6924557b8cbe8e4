import { SourceMismatchError } from '../../reports/errors.js';
import { queryOf, type ReportDefinition } from '../../reports/report-definition.js';
import { checkComparedColumns } from './check-compared-columns.js';
import { columnName } from './column-name.js';
import { createDatabase } from './database.js';
import { toSourceError } from './to-source-error.js';

/** Checks the source (the database that reports read), for the API and the worker. Reports use other connections. */
export interface SourceCheck {
  /** Resolves when the source answers. */
  ping(): Promise<void>;
  /** One error for each report whose table cannot be read as its definition says. */
  findMismatches(reports: readonly ReportDefinition[]): Promise<readonly SourceMismatch[]>;
  close(): Promise<void>;
}

export interface SourceMismatch {
  readonly report: ReportDefinition;
  readonly error: SourceMismatchError;
}

export function createSourceCheck(sourceUrl: string): SourceCheck {
  const database = createDatabase(sourceUrl, { connections: 1 });
  const { knex, main } = database;

  async function findMismatch(report: ReportDefinition): Promise<SourceMismatchError | undefined> {
    const query = queryOf(report, {});
    const conditions = Object.values(report.filter);
    const columns = [...query.columns, ...conditions.map(({ column }) => column)];
    const names = [...new Set(columns.map(({ name }) => name))].map((name) => knex.raw(columnName(name)));
    try {
      await main.run(async (session) => {
        await session.rows(knex(query.table).select(names).limit(0));
        await checkComparedColumns(session, knex, { table: query.table, conditions });
      });
      return undefined;
    } catch (error) {
      if (error instanceof SourceMismatchError) return error;
      const mismatch = toSourceError(error instanceof Error ? (error.cause ?? error) : error, {
        ...query,
        columns,
      });
      if (mismatch instanceof SourceMismatchError) return mismatch;
      throw error;
    }
  }

  return {
    ping: () => database.ping(),
    async findMismatches(reports) {
      const found: SourceMismatch[] = [];
      for (const report of reports) {
        const error = await findMismatch(report);
        if (error !== undefined) found.push({ report, error });
      }
      return found;
    },
    close: () => database.close(),
  };
}
