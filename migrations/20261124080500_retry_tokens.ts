import type { Knex } from 'knex';

/** Which call retried the job last, so that one whose COMMIT got no answer can tell its own work from another's. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.string('retried_by', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_jobs', (table) => {
    table.dropColumn('retried_by');
  });
}
