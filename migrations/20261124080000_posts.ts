import type { Knex } from 'knex';

/** What the report is about. Ids have gaps (bulk loads leave them): nothing may take an id for a row number. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('posts', (table) => {
    table.engine('InnoDB');
    table.charset('utf8mb4');
    table.collate('utf8mb4_unicode_ci');
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
  await knex.schema.dropTable('posts');
}
