import type { Database } from '../../src/adapters/mysql/database.js';

/** Tables of jobs, with their columns of times from the database's clock. */
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

/** The server's clock cannot be changed, so all times in the tables are moved into the past. */
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
