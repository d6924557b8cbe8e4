import type { Database } from '../../src/adapters/mysql/database.js';

/** Tables of jobs, and their columns with times of the database's clock. */
const TIMES: Readonly<Record<string, readonly string[]>> = {
  report_jobs: [
    'created_at',
    'due_at',
    'sent_at',
    'lease_until',
    'started_at',
    'claimed_at',
    'completed_at',
    'as_of',
    'expires_at',
  ],
  report_job_attempts: ['started_at', 'ended_at'],
  report_results: ['expires_at'],
  idempotency_keys: ['created_at'],
  report_workers: ['seen_at'],
};

/** Moves all times in the tables into the past, because a test cannot change the server's clock. */
export async function letTimePass({ knex, main }: Database, milliseconds: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const earlier = columns.map((column) => [
      column,
      knex.raw('?? - INTERVAL ? MICROSECOND', [column, milliseconds * 1000]),
    ]);
    await main.run((session) => session.change(knex(table).update(Object.fromEntries(earlier))));
  }
}

/** Deletes all jobs, keys and workers. */
export async function emptyTables({ knex, main }: Database): Promise<void> {
  await main.run(async (session) => {
    for (const table of Object.keys(TIMES)) await session.change(knex(table).delete());
  });
}
