import type { Knex } from 'knex';
import { ATTEMPT_ENDS } from '../../jobs/attempt-failure.js';
import { failureFingerprint } from '../../jobs/failure-fingerprint.js';
import type { AttemptErrorCode } from '../../reports/errors.js';
import type { Claim, JobFailure, ReportJob } from '../../jobs/job.js';
import { readJob } from './read-job.js';
import { ATTEMPTS, JOBS } from './job-row.js';
import type { Session, Statement } from './session.js';

const LONGEST_MESSAGE = 4000;
const LONGEST_STACK = 16_000;

/** The failure of an attempt whose worker stopped renewing its lease. */
export const WORKER_LOST: JobFailure = {
  code: 'WORKER_LOST',
  message: ATTEMPT_ENDS.WORKER_LOST,
  fingerprint: failureFingerprint('WORKER_LOST', ATTEMPT_ENDS.WORKER_LOST),
};

/**
 * SQL assignments for RUNNING → RETRYING or, with no attempt left or `retryInMs` null, FAILED. In MySQL an assignment
 * sees the new values of the columns to its left, so none here reads a column that was assigned before it.
 */
export function failedColumns(knex: Knex, failure: JobFailure, retryInMs: number | null): Knex.Raw {
  const final = retryInMs === null ? 'TRUE' : 'attempt_count >= max_attempts';
  return knex.raw(
    `status = IF(${final}, 'FAILED', 'RETRYING'), version = version + 1,
     completed_at = IF(${final}, UTC_TIMESTAMP(3), NULL),
     coalesce_key = IF(${final}, NULL, coalesce_key),
     due_at = IF(${final}, NULL, UTC_TIMESTAMP(3) + INTERVAL :retryInMicros MICROSECOND),
     sent_at = NULL, lease_until = NULL,
     error_code = :code, error_message = :message, fingerprint = :fingerprint`,
    {
      retryInMicros: Math.round((retryInMs ?? 0) * 1000),
      code: failure.code,
      message: shortened(failure.message, LONGEST_MESSAGE),
      fingerprint: failure.fingerprint,
    },
  );
}

export interface AttemptEnd {
  readonly code: AttemptErrorCode;
  readonly message: string | null;
  readonly stack: string | null;
}

/** Closes the attempt of a claim; an `end` of null means that it succeeded. */
export function closeAttempt(knex: Knex, claim: Claim, end: AttemptEnd | null): Statement {
  const { code, message, stack } = end ?? { code: null, message: null, stack: null };
  return knex(ATTEMPTS)
    .where({ job_id: claim.id, number: claim.epoch })
    .whereNull('ended_at')
    .update({
      ended_at: knex.raw('UTC_TIMESTAMP(3)'),
      error_code: code,
      error_message: message && shortened(message, LONGEST_MESSAGE),
      stack: stack && shortened(stack, LONGEST_STACK),
    });
}

/**
 * The job, if this end of the attempt was written by an earlier try whose answer was lost; else undefined. Compares the
 * attempt's row, because the job's row may have changed since.
 */
export async function findEnded(
  knex: Knex,
  session: Session,
  claim: Claim,
  end: AttemptEnd,
): Promise<ReportJob | undefined> {
  const attempt = await session.first<{ error_code: string | null; error_message: string | null }>(
    knex(ATTEMPTS)
      .select('error_code', 'error_message')
      .where({ job_id: claim.id, number: claim.epoch })
      .whereNotNull('ended_at'),
  );
  const message = end.message && shortened(end.message, LONGEST_MESSAGE);
  if (attempt?.error_code !== end.code || attempt.error_message !== message) return undefined;
  return readJob(knex, session, claim.id);
}

/** `UPDATE` of a job that a claim still holds. */
export function updateClaimed(knex: Knex, claim: Claim, assignments: Knex.Raw): Knex.Raw {
  return knex.raw(`UPDATE ${JOBS} SET ? WHERE id = ? AND epoch = ? AND status = 'RUNNING'`, [
    assignments,
    claim.id,
    claim.epoch,
  ]);
}

/**
 * Fails with a duplicate key error unless the claim's job is SUCCEEDED by now: it inserts one key twice. The server
 * stops there, so it does not execute the statements behind it in the same message, above all COMMIT.
 */
export function failUnlessSucceeded(knex: Knex, { id, epoch }: Claim): Statement {
  return knex.raw(
    `INSERT INTO ${ATTEMPTS} (job_id, number, worker, started_at)
     SELECT '', 0, '', UTC_TIMESTAMP(3) FROM (SELECT 1 AS one UNION ALL SELECT 1) AS twice
     WHERE NOT EXISTS (SELECT 1 FROM ${JOBS} WHERE id = :id AND epoch = :epoch AND status = 'SUCCEEDED')`,
    { id, epoch },
  );
}

/** Cut to the column's size, without half a surrogate pair at the end. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
