import type { Knex } from 'knex';
import { createTable, dropTable } from './steps/repeatable-steps.js';

/**
 * Jobs and their attempts. The name of an index says which rows it finds. InnoDB appends the primary key to every
 * index. Times are UTC, by the database's clock.
 */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'report_jobs', (table) => {
    table.string('id', 26).notNullable().collate('ascii_bin').primary();
    table.string('kind', 64).notNullable().collate('ascii_bin');
    table.string('status', 9).notNullable().collate('ascii_bin');
    table.integer('version').unsigned().notNullable();
    table.integer('epoch').unsigned().notNullable();
    table.text('filter').notNullable();
    // SHA-256 of kind and filter. Jobs with equal hashes ask for the same report.
    table.string('filter_hash', 64).notNullable().collate('ascii_bin');
    table.string('requested_by', 255).notNullable().collate('utf8mb4_bin');
    // SHA-256 of requester, kind and filter while the job is open in its first run; then null.
    table
      .string('coalesce_key', 64)
      .nullable()
      .collate('ascii_bin')
      .unique({ indexName: 'report_jobs_open' });

    table.bigInteger('processed_posts').unsigned().notNullable().defaultTo(0);
    table.bigInteger('total_posts').unsigned().nullable();
    table.double('percent').nullable();
    table.integer('attempt_count').unsigned().notNullable().defaultTo(0);
    table.integer('max_attempts').unsigned().notNullable();
    table.integer('attempts_before_run').unsigned().notNullable().defaultTo(0);
    table.string('error_code', 32).nullable().collate('ascii_bin');
    table.text('error_message').nullable();
    table.string('fingerprint', 64).nullable().collate('ascii_bin');

    table.datetime('created_at', { precision: 3 }).notNullable();
    // When the next attempt may begin. Set while QUEUED or RETRYING.
    table.datetime('due_at', { precision: 3 }).nullable();
    // When the message of the next attempt was last sent. Null before that.
    table.datetime('sent_at', { precision: 3 }).nullable();
    // Set while RUNNING.
    table.datetime('lease_until', { precision: 3 }).nullable();
    table.datetime('started_at', { precision: 3 }).nullable();
    table.datetime('completed_at', { precision: 3 }).nullable();

    // These columns are set with SUCCEEDED. The exact number of posts is total_posts.
    table.bigInteger('total_users').unsigned().nullable();
    table.bigInteger('total_words').unsigned().nullable();
    table.datetime('as_of', { precision: 3 }).nullable();
    table.integer('duration_ms').unsigned().nullable();
    table.datetime('expires_at', { precision: 3 }).nullable();

    table.index(['created_at', 'id'], 'report_jobs_newest');
    table.index(['requested_by', 'created_at', 'id'], 'report_jobs_newest_of_requester');
    table.index(['status', 'due_at', 'id'], 'report_jobs_due');
    table.index(['status', 'sent_at', 'due_at'], 'report_jobs_to_send');
    table.index(['status', 'lease_until'], 'report_jobs_leases');
    table.index(['status', 'completed_at', 'id'], 'report_jobs_ended_with_status');
    table.index(['completed_at', 'id'], 'report_jobs_ended');
    table.index(['filter_hash', 'as_of'], 'report_jobs_reusable');
  });
  await createTable(knex, 'report_job_attempts', (table) => {
    table.string('job_id', 26).notNullable().collate('ascii_bin');
    // The job's epoch during the attempt: the number of claims so far.
    table.integer('number').unsigned().notNullable();
    table.string('worker', 255).notNullable();
    table.datetime('started_at', { precision: 3 }).notNullable();
    table.datetime('ended_at', { precision: 3 }).nullable();
    table.string('error_code', 32).nullable().collate('ascii_bin');
    table.text('error_message').nullable();
    table.text('stack').nullable();
    table.primary(['job_id', 'number']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTable(knex, 'report_job_attempts');
  await dropTable(knex, 'report_jobs');
}
