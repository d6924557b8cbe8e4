import type { Knex } from 'knex';

/** A row a worker process, written with its heartbeat. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('report_workers', (table) => {
    table.engine('InnoDB');
    table.charset('utf8mb4');
    table.collate('utf8mb4_unicode_ci');
    table.string('id', 255).notNullable().collate('utf8mb4_bin').primary();
    table.integer('slots').unsigned().notNullable();
    table.datetime('seen_at', { precision: 3 }).notNullable().index('report_workers_seen');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('report_workers');
}
