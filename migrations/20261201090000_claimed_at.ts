import type { Knex } from 'knex';

/** When the latest attempt was claimed, for estimates: `started_at` is the first claim. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.datetime('claimed_at', { precision: 3 }).nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.dropColumn('claimed_at');
  });
}
