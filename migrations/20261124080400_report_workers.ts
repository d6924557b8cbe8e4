import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/** One row for each worker process, which the worker writes with its heartbeat. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'report_workers', (table) => {
    table.string('id', 255).notNullable().collate('utf8mb4_bin').primary();
    table.integer('slots').unsigned().notNullable();
    table.datetime('seen_at', { precision: 3 }).notNullable().index('report_workers_seen');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'report_workers');
}
