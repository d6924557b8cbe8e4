import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/**
 * The posts that the report reads. Ids have gaps, which bulk loads leave, so no code may use an id as a row number. An
 * existing table with posts stays as it is and gets no indexes.
 */
export async function up(knex: Knex): Promise<void> {
  await requireFittingColumns(knex);
  if (await holdsPosts(knex)) return;
  await createTable(knex, 'posts', (table) => {
    table.bigIncrements('id');
    table.integer('user_id').notNullable().index('posts_user_id');
    table.text('context').notNullable();
    table
      .datetime('created_at', { precision: 3 })
      .notNullable()
      .defaultTo(knex.raw('(UTC_TIMESTAMP(3))'))
      .index('posts_created_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'posts');
}

const FITTING_TYPES: Readonly<Record<string, RegExp>> = {
  user_id: /^(tiny|small|medium|big)?int$/,
  context: /(char|text)$/,
  created_at: /^(datetime|timestamp)$/,
};

/** @throws Error when a table or view `posts` exists that the report cannot read */
async function requireFittingColumns(knex: Knex): Promise<void> {
  const rows = (await knex('information_schema.columns')
    .select('column_name as name', 'data_type as type')
    .whereRaw('table_schema = DATABASE()')
    .where({ table_name: 'posts' })) as { name: string; type: string }[];
  if (rows.length === 0) return;
  const types = new Map(rows.map(({ name, type }) => [name.toLowerCase(), type.toLowerCase()]));
  for (const [column, fitting] of Object.entries(FITTING_TYPES)) {
    const type = types.get(column);
    if (type !== undefined && fitting.test(type)) continue;
    const found = type === undefined ? 'is missing' : `has the type ${type}`;
    throw new Error(
      `There is a table posts in this database that the report cannot read: its column ${column} ${found}. ` +
        'Rename that table, or name another database in DATABASE_URL.',
    );
  }
}

async function holdsPosts(knex: Knex): Promise<boolean> {
  if (!(await knex.schema.hasTable('posts'))) return false;
  return (await knex('posts').select('user_id').first()) !== undefined;
}
