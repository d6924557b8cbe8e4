import type { Knex } from 'knex';

/** Which call of a claim opened the attempt, so that one whose COMMIT got no answer can tell its own from another's. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_job_attempts', (table) => {
    table.string('claim_token', 36).nullable().collate('ascii_bin');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('report_job_attempts', (table) => {
    table.dropColumn('claim_token');
  });
}
