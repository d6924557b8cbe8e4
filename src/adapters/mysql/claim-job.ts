import type { ReportJob } from '../../reports/job.js';
import type { JobAttempts } from '../../reports/ports/job-store.js';
import { findJob, isJobId } from './find-job.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Database } from './knex.js';
import { LEASE_SECONDS } from './lease.js';
import type { Session } from './session.js';

/** QUEUED or RETRYING → RUNNING under the next epoch. */
export function claimJob({ knex, main }: Database): Pick<JobAttempts, 'claim' | 'claimDue'> {
  return {
    async claim(id, { worker, attempt }) {
      if (!isJobId(id)) return undefined;
      let epochTried: number | undefined;
      return main.transact(async (session, { uncertain }) => {
        if (uncertain && epochTried !== undefined) {
          const claimed = await findClaimed(session, id, epochTried, worker);
          if (claimed !== undefined) return claimed;
        }
        epochTried = await takeNextEpoch(session, id, attempt);
        return epochTried === undefined ? undefined : openAttempt(session, id, epochTried, worker);
      });
    },

    async claimDue({ worker, dueForMs }) {
      let tried: { id: string; epoch: number } | undefined;
      return main.transact(async (session, { uncertain }) => {
        if (uncertain && tried !== undefined) {
          const claimed = await findClaimed(session, tried.id, tried.epoch, worker);
          if (claimed !== undefined) return claimed;
        }
        const id = await lockDue(session, dueForMs);
        const epoch = id && (await takeNextEpoch(session, id, undefined));
        if (!id || !epoch) return undefined;
        tried = { id, epoch };
        return openAttempt(session, id, epoch, worker);
      });
    },
  };

  /** The epoch comes back as the insert id: the guard, the change and the answer are one round trip. */
  async function takeNextEpoch(
    session: Session,
    id: string,
    attempt: number | undefined,
  ): Promise<number | undefined> {
    const claim = knex.raw(
      `UPDATE ${JOBS}
       SET epoch = LAST_INSERT_ID(epoch + 1), status = 'RUNNING', version = version + 1,
         attempt_count = attempt_count + 1, due_at = NULL, sent_at = NULL,
         lease_until = UTC_TIMESTAMP(3) + INTERVAL ${LEASE_SECONDS} SECOND,
         started_at = COALESCE(started_at, UTC_TIMESTAMP(3)),
         processed_posts = 0, total_posts = NULL, percent = NULL
       WHERE id = :id AND status IN ('QUEUED', 'RETRYING') AND due_at <= UTC_TIMESTAMP(3)
         AND attempt_count < max_attempts AND epoch = COALESCE(:epoch, epoch)`,
      { id, epoch: attempt === undefined ? null : attempt - 1 },
    );
    const { affectedRows, insertId } = await session.change(claim);
    return affectedRows === 1 ? insertId : undefined;
  }

  async function openAttempt(
    session: Session,
    id: string,
    epoch: number,
    worker: string,
  ): Promise<ReportJob | undefined> {
    const started_at = knex.raw('UTC_TIMESTAMP(3)');
    await session.change(knex(ATTEMPTS).insert({ job_id: id, number: epoch, worker, started_at }));
    return findJob(knex, session, id);
  }

  /** A claim of ours whose COMMIT was not answered. */
  async function findClaimed(
    session: Session,
    id: string,
    epoch: number,
    worker: string,
  ): Promise<ReportJob | undefined> {
    const attempt = await session.first(
      knex(ATTEMPTS).select('number').where({ job_id: id, number: epoch, worker }).whereNull('ended_at'),
    );
    if (attempt === undefined) return undefined;
    const job = await findJob(knex, session, id);
    return job?.epoch === epoch && job.status === 'RUNNING' ? job : undefined;
  }

  /** The one due longest that nobody else is claiming at this moment. One index range per status, so one query each. */
  async function lockDue(session: Session, dueForMs: number): Promise<string | undefined> {
    const found = [];
    for (const status of ['QUEUED', 'RETRYING']) {
      found.push(
        await session.first<{ id: string; due_at: Date }>(
          knex(JOBS)
            .select('id', 'due_at')
            .where({ status })
            .whereRaw('due_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND', [Math.round(dueForMs * 1000)])
            .whereRaw('attempt_count < max_attempts')
            .orderBy(['due_at', 'id'])
            .limit(1)
            .forUpdate()
            .skipLocked(),
        ),
      );
    }
    const [queued, retrying] = found;
    if (queued && retrying) return queued.due_at <= retrying.due_at ? queued.id : retrying.id;
    return (queued ?? retrying)?.id;
  }
}
