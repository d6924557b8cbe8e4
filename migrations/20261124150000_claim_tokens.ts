import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/**
 * The token of the call that last claimed the job. The attempt is inserted only for the call with this token. A call
 * whose COMMIT got no response finds out by its token whether its claim was committed.
 */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'claim_token', (table) => {
    table.string('claim_token', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'claim_token');
}
