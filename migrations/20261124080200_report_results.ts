import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/**
 * Results, in ordered and compressed parts, so that a report over a million users is not a million inserts. The epoch
 * is part of the key, so that a worker that hangs while it saves a result does not block the next attempt.
 */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'report_results', (table) => {
    table.string('job_id', 26).notNullable().collate('ascii_bin');
    table.integer('epoch').unsigned().notNullable();
    table.string('ordering', 16).notNullable().collate('ascii_bin');
    table.integer('part').unsigned().notNullable();
    table.integer('first_row').unsigned().notNullable();
    table.integer('row_count').unsigned().notNullable();
    table.specificType('data', 'mediumblob').notNullable();
    // A copy of the job's `expires_at`, so that the sweeper finds expired results without reading jobs.
    table.datetime('expires_at', { precision: 3 }).notNullable().index('report_results_expiry');
    table.primary(['job_id', 'epoch', 'ordering', 'part']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'report_results');
}
