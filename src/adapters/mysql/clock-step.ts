import { MAX_BACKOFF_MS } from '../../jobs/retry-policy.js';
import { LEASE_SECONDS, type JobDispatch } from '../../jobs/ports/job-store.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Database } from './database.js';

/** A time that another statement wrote may lie a little ahead of this statement's clock. */
const AHEAD = 'UTC_TIMESTAMP(3) + INTERVAL 10 SECOND';

/**
 * SQL conditions that find the jobs with a time so far in the future that the server's clock must have been set back.
 * Each condition uses one index of the table. A job that waits for its retry is also found when the end of its last
 * attempt lies in the future, however long its backoff is.
 */
const STRANDED: readonly string[] = [
  `status = 'QUEUED' AND due_at > ${AHEAD}`,
  `status IN ('QUEUED', 'RETRYING') AND sent_at > ${AHEAD}`,
  `status = 'RETRYING' AND due_at > ${AHEAD} AND (
     due_at > ${AHEAD} + INTERVAL ${MAX_BACKOFF_MS / 1000} SECOND
     OR EXISTS (SELECT 1 FROM ${ATTEMPTS} WHERE job_id = ${JOBS}.id AND number = epoch AND ended_at > ${AHEAD}))`,
  `status = 'RUNNING' AND lease_until > ${AHEAD} + INTERVAL ${LEASE_SECONDS} SECOND`,
];

/**
 * Moves times in the future back, after the database's clock was set back. Running workers correct their leases
 * themselves, because each renewal uses the new clock.
 */
export function clockStep({ knex, main }: Database): Pick<JobDispatch, 'pullBackTimes'> {
  const findOne = knex.raw(
    `${STRANDED.map((where) => `(SELECT 1 FROM ${JOBS} WHERE ${where} LIMIT 1)`).join(' UNION ALL ')} LIMIT 1`,
  );
  return {
    async pullBackTimes(limit) {
      if ((await main.run((session) => session.first(findOne))) === undefined) return 0;
      const pull = knex.raw(
        `UPDATE ${JOBS} SET
           version = version + (status = 'RETRYING' AND due_at > ${AHEAD}),
           due_at = IF(due_at > ${AHEAD}, UTC_TIMESTAMP(3), due_at),
           sent_at = IF(sent_at > ${AHEAD}, UTC_TIMESTAMP(3), sent_at),
           lease_until = LEAST(lease_until, UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND)
         WHERE ${STRANDED.map((where) => `(${where})`).join(' OR ')} LIMIT ?`,
        [limit],
      );
      return (await main.run((session) => session.change(pull))).affectedRows;
    },
  };
}
