import { ATTEMPTS, JOBS, KEYS, RESULTS, WORKERS } from './job-row.js';
import type { Database } from './database.js';

/** Each table that the service writes, with a column of its key. */
const TABLES: readonly (readonly [table: string, column: string])[] = [
  [JOBS, 'id'],
  [ATTEMPTS, 'job_id'],
  [RESULTS, 'job_id'],
  [KEYS, 'job_id'],
  [WORKERS, 'id'],
];

/**
 * Inserts, updates and deletes zero rows in each table that the service writes. The server nevertheless checks rights,
 * read-only modes and the format of the binary log, and refuses with the error of a real write.
 */
export async function tryWrites({ knex, leases }: Database): Promise<void> {
  const names = TABLES.map(([table]) => table);
  const assignments = TABLES.map(([table, column]) => `${table}.${column} = ${table}.${column}`);
  const writes = [
    ...names.map((table) => `INSERT INTO ${table} SELECT * FROM ${table} WHERE FALSE`),
    `UPDATE ${names.join()} SET ${assignments.join()} WHERE FALSE`,
    `DELETE ${names.join()} FROM ${names.join(' JOIN ')} WHERE FALSE`,
  ];
  await leases.run(async (session) => {
    for (const sql of writes) await session.change(knex.raw(sql));
  });
}
