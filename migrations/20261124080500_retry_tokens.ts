import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/**
 * The token of the call that last retried the job. A call whose COMMIT got no response finds out by its token whether
 * the retry was committed.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'retried_by', (table) => {
    table.string('retried_by', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'retried_by');
}
