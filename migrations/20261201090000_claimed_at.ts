import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/** The time of the latest claim, for estimates. `started_at` is the time of the first claim. */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'claimed_at', (table) => {
    table.datetime('claimed_at', { precision: 3 }).nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'claimed_at');
}
