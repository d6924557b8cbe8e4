import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/**
 * Which call claimed the job last: its attempt is opened by that, and a call whose COMMIT got no answer can recognise its own
 * claim from another's.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'claim_token', (table) => {
    table.string('claim_token', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'claim_token');
}
