import { randomUUID } from 'node:crypto';
import type { ReportJob } from '../../jobs/job.js';
import { LEASE_SECONDS, type ClaimOptions, type JobAttempts } from '../../jobs/ports/job-store.js';
import { readJob, fitsIdColumn, selectJob } from './read-job.js';
import { ATTEMPTS, JOBS, toJob, type JobRow } from './job-row.js';
import type { Database } from './database.js';
import type { Changed, Session, Statement } from './session.js';

/** Claims jobs: QUEUED or RETRYING → RUNNING. Each claim adds 1 to the job's epoch. */
export function claimJob({ knex, main }: Database): Pick<JobAttempts, 'claim' | 'claimDue'> {
  return {
    async claim(id, { worker, definitions, attempt }) {
      if (!fitsIdColumn(id) || definitions.length === 0) return undefined;
      const token = randomUUID();
      return main.transact(async (session, { uncertain }) => {
        const claimed = uncertain ? await findClaimed(session, id, token) : undefined;
        return claimed ?? commitClaim(session, id, { worker, definitions, attempt, token });
      });
    },

    async claimDue({ worker, definitions, dueForMs }) {
      if (definitions.length === 0) return undefined;
      const token = randomUUID();
      let tried: string | undefined;
      return main.transact(async (session, { uncertain }) => {
        const claimed = uncertain && tried !== undefined && (await findClaimed(session, tried, token));
        if (claimed) return claimed;
        tried = await lockDue(session, definitions, dueForMs);
        return tried === undefined ? undefined : commitClaim(session, tried, { worker, definitions, token });
      });
    },
  };

  /**
   * Sends the UPDATE that claims the job, the INSERT of the attempt, and COMMIT in one message. When the WHERE of the
   * UPDATE matches no row, the server commits an empty transaction.
   */
  async function commitClaim(session: Session, id: string, claim: ClaimTry): Promise<ReportJob | undefined> {
    const [claimed, , rows] = await session.commit<[Changed, Changed, readonly JobRow[]]>([
      claimNextEpoch(id, claim),
      openAttempt(id, claim),
      selectJob(knex, id),
    ]);
    return claimed.affectedRows === 1 && rows[0] ? toJob(rows[0]) : undefined;
  }

  function claimNextEpoch(id: string, { attempt, definitions, token }: ClaimTry): Statement {
    return knex.raw(
      `UPDATE ${JOBS}
       SET epoch = epoch + 1, claim_token = :token, status = 'RUNNING', version = version + 1,
         attempt_count = attempt_count + 1, due_at = NULL, sent_at = NULL,
         lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND,
         started_at = COALESCE(started_at, UTC_TIMESTAMP(3)), claimed_at = UTC_TIMESTAMP(3),
         processed_posts = 0, total_posts = NULL, percent = NULL
       WHERE id = :id AND status IN ('QUEUED', 'RETRYING') AND due_at <= UTC_TIMESTAMP(3)
         AND attempt_count < max_attempts AND epoch = COALESCE(:epoch, epoch)
         AND definition IN (:definitions)`,
      { id, token, definitions: [...definitions], epoch: attempt === undefined ? null : attempt - 1 },
    );
  }

  /**
   * Inserts the attempt if the previous statement claimed the job. The token in the job's row proves the claim.
   * ROW_COUNT() is no proof: when the client disconnects in the middle of a message, MariaDB 10.11 executes the rest of
   * the message without a valid ROW_COUNT().
   */
  function openAttempt(id: string, { worker, token }: ClaimTry): Statement {
    return knex.raw(
      `INSERT INTO ${ATTEMPTS} (job_id, number, worker, started_at)
       SELECT id, epoch, :worker, UTC_TIMESTAMP(3) FROM ${JOBS} WHERE id = :id AND claim_token = :token`,
      { id, worker, token },
    );
  }

  /** Returns the job if an earlier try of this claim was committed and the answer to that try was lost. */
  async function findClaimed(session: Session, id: string, token: string): Promise<ReportJob | undefined> {
    const mine = await session.first<{ id: string }>(
      knex(JOBS).select('id').where({ id, claim_token: token, status: 'RUNNING' }),
    );
    return mine && readJob(knex, session, id);
  }

  /**
   * Locks the job that has been due longest among the jobs that no other worker is claiming now. Each pair of status
   * and definition has its own query, which reads one range of the index. One query over several ranges would also lock
   * the rows that it reads and skips.
   */
  async function lockDue(
    session: Session,
    definitions: readonly string[],
    dueForMs: number,
  ): Promise<string | undefined> {
    const ranges = ['QUEUED', 'RETRYING'].flatMap((status) =>
      definitions.map((definition) => ({ status, definition })),
    );
    const due = ranges.map((range) =>
      knex(JOBS)
        .select('id', 'due_at')
        .where(range)
        .whereRaw('due_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND', [Math.round(dueForMs * 1000)])
        .whereRaw('attempt_count < max_attempts')
        .orderBy(['due_at', 'id'])
        .limit(1)
        .forUpdate()
        .skipLocked(),
    );
    const found = (await session.batch<readonly (readonly DueRow[])[]>(due)).flat();
    return found.reduce<DueRow | undefined>(
      (first, row) => (first === undefined || row.due_at < first.due_at ? row : first),
      undefined,
    )?.id;
  }
}

interface ClaimTry extends ClaimOptions {
  readonly token: string;
  readonly attempt?: number | undefined;
}

interface DueRow {
  readonly id: string;
  readonly due_at: Date;
}
