import type { Knex } from 'knex';
import { addColumn, dropColumn } from './steps/repeatable-steps.js';

/** Which call retried the job last, so that one whose COMMIT got no answer can recognise its own work. */
export async function up(knex: Knex): Promise<void> {
  await addColumn(knex, 'report_jobs', 'retried_by', (table) => {
    table.string('retried_by', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropColumn(knex, 'report_jobs', 'retried_by');
}
