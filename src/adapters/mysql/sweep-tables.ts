import type { JobDispatch } from '../../jobs/ports/job-store.js';
import { KEY_LIFETIME_HOURS } from './idempotency-keys.js';
import { ATTEMPTS, JOBS, KEYS, RESULTS, WORKERS } from './job-row.js';
import type { Database } from './database.js';
import type { Session } from './session.js';
import type { Knex } from 'knex';

/** Expired results stay this long, so that a read that began just before the expiry can finish. */
const RESULT_GRACE_MINUTES = 10;

/** Deletes expired rows. Each call deletes a small batch from each table, each batch in its own transaction. */
export function sweepTables({ knex, main }: Database): Pick<JobDispatch, 'sweep'> {
  return {
    async sweep({ retentionSeconds, limit }) {
      await main.run(async (session) => {
        await session.change(
          knex.raw(
            `DELETE FROM ${RESULTS} WHERE expires_at <= UTC_TIMESTAMP(3) - INTERVAL ${RESULT_GRACE_MINUTES} MINUTE
             ORDER BY expires_at LIMIT ?`,
            [limit],
          ),
        );
        await session.change(
          knex.raw(
            `DELETE FROM ${KEYS} WHERE created_at <= UTC_TIMESTAMP(3) - INTERVAL ${KEY_LIFETIME_HOURS} HOUR
             ORDER BY created_at LIMIT ?`,
            [limit],
          ),
        );
        await session.change(
          knex.raw(`DELETE FROM ${WORKERS} WHERE seen_at <= UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE`),
        );
      });
      const over = knex(JOBS)
        .select('id')
        .whereRaw('completed_at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND', [retentionSeconds])
        .orderBy(['completed_at', 'id'])
        .limit(limit)
        .forUpdate()
        .skipLocked();
      await main.transact(async (session) => {
        const rows = await session.rows<{ id: string }>(over);
        await deleteJobs(
          knex,
          session,
          rows.map(({ id }) => id),
        );
      });
    },
  };
}

/** Deletes jobs that the caller has locked, with their results, attempts and idempotency keys. */
export async function deleteJobs(knex: Knex, session: Session, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  for (const table of [RESULTS, ATTEMPTS, KEYS]) {
    await session.change(knex(table).whereIn('job_id', ids).delete());
  }
  await session.change(knex(JOBS).whereIn('id', ids).delete());
}
