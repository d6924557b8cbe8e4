import type { Knex } from 'knex';
import { addIndex, dropIndex } from './steps/repeatable-steps.js';

/**
 * An index that counts a requester's open jobs (`completed_at` is null) without reading rows. An index entry changes
 * when its job ends, and not when the job is claimed or retried.
 */
export async function up(knex: Knex): Promise<void> {
  await addIndex(knex, 'report_jobs', 'report_jobs_open_of_requester', ['requested_by', 'completed_at']);
}

export async function down(knex: Knex): Promise<void> {
  await dropIndex(knex, 'report_jobs', 'report_jobs_open_of_requester');
}
