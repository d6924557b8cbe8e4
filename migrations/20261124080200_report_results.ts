import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/**
 * Results, in ordered and compressed parts: a report over a million users is not a million inserts. The epoch is part
 * of the key, so that a worker that hangs in the middle of saving does not stand in the way of its successor.
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
    // The job's, repeated, so that the sweeper finds what is over without looking at jobs.
    table.datetime('expires_at', { precision: 3 }).notNullable().index('report_results_expiry');
    table.primary(['job_id', 'epoch', 'ordering', 'part']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'report_results');
}
