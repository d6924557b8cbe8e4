import { ATTEMPT_ENDS } from '../../jobs/attempt-failure.js';
import type { Claim, ReportJob } from '../../jobs/job.js';
import { LEASE_SECONDS, type JobAttempts, type LeaseRenewal } from '../../jobs/ports/job-store.js';
import { closeAttempt, failedColumns, findEnded, updateClaimed, type AttemptEnd } from './attempt-end.js';
import { claimJob } from './claim-job.js';
import { toJob, WORKERS, type JobRow } from './job-row.js';
import type { Database } from './database.js';
import { selectJob } from './read-job.js';
import type { Changed, Session } from './session.js';
import { succeedJob } from './succeed-job.js';

/**
 * The writes of one attempt, from claim to end. Each has the number of its claim (`epoch`) in its WHERE, so that it
 * changes nothing after another worker has claimed the job.
 */
export function jobAttempts(database: Database): JobAttempts {
  const { knex, main, leases } = database;
  return {
    ...claimJob(database),
    ...succeedJob(database),

    async extendLeases(renewals) {
      return leases.run(async (session) => {
        const answers = await session.batch<readonly Changed[]>(renewals.map(extendLease));
        const held = renewals.flatMap(({ id }, index) => {
          const { affectedRows, insertId } = answers[index] as Changed;
          return affectedRows === 1 ? [[id, insertId] as const] : [];
        });
        return new Map(held);
      });
    },

    async fail(claim, failure) {
      const end: AttemptEnd = failure;
      const update = updateClaimed(knex, claim, failedColumns(knex, failure, failure.retryInMs));
      return main.transact(async (session) => {
        const { affectedRows } = await session.change(update);
        if (affectedRows === 0) return findEnded(knex, session, claim, end);
        return close(session, claim, end);
      });
    },

    async release(claim) {
      const end: AttemptEnd = { code: 'RELEASED', message: ATTEMPT_ENDS.RELEASED, stack: null };
      const update = updateClaimed(knex, claim, knex.raw(RELEASED_COLUMNS));
      return main.transact(async (session) => {
        const { affectedRows } = await session.change(update);
        if (affectedRows === 0) return findEnded(knex, session, claim, end);
        return close(session, claim, end);
      });
    },

    async recordWorker({ id, slots, definitions }) {
      const record = knex.raw(
        `INSERT INTO ${WORKERS} (id, slots, definitions, seen_at)
         VALUES (:id, :slots, :definitions, UTC_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE slots = :slots, definitions = :definitions, seen_at = UTC_TIMESTAMP(3)`,
        { id, slots, definitions: definitions.join() },
      );
      await leases.run((session) => session.change(record));
    },

    async forgetWorker(id) {
      await leases.run((session) => session.change(knex(WORKERS).where({ id }).delete()));
    },
  };

  async function close(session: Session, claim: Claim, end: AttemptEnd): Promise<ReportJob | undefined> {
    const last = [closeAttempt(knex, claim, end), selectJob(knex, claim.id)];
    const [, rows] = await session.commit<[Changed, readonly JobRow[]]>(last);
    return rows[0] && toJob(rows[0]);
  }

  /**
   * The server returns the version as the insert id, so that a renewal is one round trip. The version grows when
   * progress was made, and not by a heartbeat alone.
   */
  function extendLease({ progress, ...claim }: LeaseRenewal) {
    const lease = `lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND`;
    if (progress === null) {
      return updateClaimed(knex, claim, knex.raw(`version = LAST_INSERT_ID(version), ${lease}`));
    }
    const { processedRows, totalRows, percent } = progress;
    return updateClaimed(
      knex,
      claim,
      knex.raw(
        `version = LAST_INSERT_ID(version + IF(
           processed_posts <=> :processedRows AND total_posts <=> :totalRows AND percent <=> :percent, 0, 1)),
         processed_posts = :processedRows, total_posts = :totalRows, percent = :percent, ${lease}`,
        { processedRows, totalRows, percent },
      ),
    );
  }
}

const RELEASED_COLUMNS = `status = 'QUEUED', version = version + 1, attempt_count = attempt_count - 1,
  due_at = UTC_TIMESTAMP(3), sent_at = NULL, lease_until = NULL`;
