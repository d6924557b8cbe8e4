import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import knexModule, { type Knex } from 'knex';
import { announceLoss, roughRows } from './data-loss.mjs';

interface MigrationFile {
  readonly directory: string;
  readonly file: string;
}

/**
 * Knex calls this before migrations in either direction. Before a rollback it prints the data that would be dropped. It
 * refuses a rollback in production, or of several migrations at once, unless FORCE=1.
 */
export async function guardRollback(knex: Knex, migrations: readonly MigrationFile[]): Promise<void> {
  const names = migrations.map(({ file }) => file);
  const done = await knex('knex_migrations').select('name').whereIn('name', names);
  if (done.length === 0) return; // a migration, not a rollback
  const { env } = process;
  if (names.length > 1 && env['FORCE'] !== '1') {
    const error = new Error(
      `This would take back ${names.length} migrations at once: ${names.join(', ')}. Nothing was changed; ` +
        '`npm run db:rollback` takes back one, FORCE=1 all of them.',
    );
    error.stack = error.message;
    throw error;
  }
  const statements = await Promise.all(migrations.map((migration) => statementsOfDown(knex, migration)));
  const losses = await Promise.all(statements.flat().map((statement) => withRows(knex, statement)));
  announceLoss([`Takes back ${names.join(', ')}:`, ...losses].join('\n  '), { env });
}

/** Each migration is a batch of its own, because `knex migrate:rollback` rolls back the latest batch. */
export async function makeBatchesOfOne(knex: Knex): Promise<void> {
  await knex('knex_migrations').update({ batch: knex.ref('id') });
}

/**
 * Returns the statements by which a migration's `down` would change the database. Its reads run on the database; its
 * changes are only recorded.
 */
async function statementsOfDown(knex: Knex, { directory, file }: MigrationFile): Promise<readonly string[]> {
  const { down } = (await import(pathToFileURL(join(directory, file)).href)) as {
    down: (knex: Knex) => Promise<void>;
  };
  const statements: string[] = [];
  const recorder = knexModule.knex({ client: 'mysql2' });
  Object.assign(recorder.client, {
    acquireConnection: async () => ({}),
    releaseConnection: async () => {},
    _query: async (
      _connection: unknown,
      query: { sql: string; bindings?: Knex.RawBinding[]; response?: unknown },
    ) => {
      const isRead = /^(?:select|show) /i.test(query.sql);
      if (!isRead) statements.push(query.sql);
      const response = isRead ? await knex.raw(query.sql, query.bindings ?? []) : [[], []];
      return Object.assign(query, { response });
    },
  });
  await down(recorder);
  return statements;
}

async function withRows(knex: Knex, statement: string): Promise<string> {
  const table = /^(?:drop|alter) table (?:if exists )?`(\w+)`/i.exec(statement)?.[1];
  if (table === undefined) return statement;
  const rowsOf = async (sql: string): Promise<unknown> => ((await knex.raw(sql)) as unknown[])[0];
  return `${statement} (${await roughRows(rowsOf, table)})`;
}
