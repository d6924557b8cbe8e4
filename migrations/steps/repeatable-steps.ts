import type { Knex } from 'knex';

/**
 * Steps of migrations that can run again. The server commits each DDL statement separately, and Knex records a
 * migration after its last statement. An interrupted migration therefore runs again from its first statement.
 */

/** Makes the table and its indexes, if they are missing. */
export async function createTable(
  knex: Knex,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  const [create, ...additions] = statementsOf(knex, name, define);
  // The row format is explicit, because index keys in older row formats have at most 767 bytes.
  if (!(await knex.schema.hasTable(name))) await knex.raw(`${create} row_format = dynamic`);
  const indexes = await indexesOf(knex, name);
  for (const sql of additions) if (!indexes.has(addedIndex(sql))) await knex.raw(sql);
}

export async function dropTable(knex: Knex, name: string): Promise<void> {
  await knex.schema.dropTableIfExists(name);
}

export async function addColumn(
  knex: Knex,
  table: string,
  column: string,
  define: (table: Knex.AlterTableBuilder) => void,
): Promise<void> {
  if (!(await knex.schema.hasColumn(table, column))) await knex.schema.alterTable(table, define);
}

export async function dropColumn(knex: Knex, table: string, column: string): Promise<void> {
  if (!(await knex.schema.hasColumn(table, column))) return;
  await knex.schema.alterTable(table, (builder) => void builder.dropColumn(column));
}

export async function addIndex(
  knex: Knex,
  table: string,
  name: string,
  columns: readonly string[],
): Promise<void> {
  if ((await indexesOf(knex, table)).has(name)) return;
  await knex.schema.alterTable(table, (builder) => void builder.index([...columns], name));
}

export async function dropIndex(knex: Knex, table: string, name: string): Promise<void> {
  if (!(await indexesOf(knex, table)).has(name)) return;
  await knex.schema.alterTable(table, (builder) => void builder.dropIndex([], name));
}

function statementsOf(knex: Knex, name: string, define: (table: Knex.CreateTableBuilder) => void): string[] {
  const builder = knex.schema.createTable(name, (table) => {
    table.engine('InnoDB');
    table.charset('utf8mb4');
    table.collate('utf8mb4_unicode_ci');
    define(table);
  });
  return builder.toSQL().map(({ sql }: { sql: string }) => sql);
}

/** @throws Error for a statement that adds anything but an index */
function addedIndex(sql: string): string {
  const [, index] = /^alter table \S+ add (?:index|unique) `([^`]+)`/.exec(sql) ?? [];
  if (index === undefined) throw new Error(`It is not known how to repeat this: ${sql}`);
  return index;
}

async function indexesOf(knex: Knex, table: string): Promise<ReadonlySet<string>> {
  const rows = (await knex('information_schema.statistics')
    .distinct('index_name as name')
    .whereRaw('table_schema = DATABASE()')
    .where({ table_name: table })) as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}
