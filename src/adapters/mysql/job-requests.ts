import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { ReportsError } from '../../reports/errors.js';
import type { ReportJob } from '../../reports/job.js';
import type { Accepted, JobRequest, JobRequests } from '../../reports/ports/job-store.js';
import { isDuplicateKey } from './database-errors.js';
import { findJob } from './find-job.js';
import { JOB_COLUMNS, JOBS, KEYS, toJob, type JobRow } from './job-row.js';
import type { Database } from './knex.js';
import type { Session } from './session.js';

const KEY_LIFETIME_HOURS = 24;
/** More than a result is ever kept; beyond it the database's calendar ends and the comparison would be NULL. */
const LONGEST_AGE_SECONDS = 10 * 365 * 86_400;

/** Accepts requests. Unique keys decide; whoever comes second reads what the first one made. */
export function jobRequests({ knex, main }: Database): JobRequests {
  return {
    async accept(request) {
      const asked = { ...request, ...hashesOf(request) };
      // Without a key, one INSERT is all that is written, and it is a transaction by itself.
      if (asked.idempotencyKey === null) return main.run((session) => accept(knex, session, asked));
      const { idempotencyKey } = asked;
      return main.transact(async (session) => {
        const replayed = await takeKey(knex, session, idempotencyKey, asked);
        if (replayed !== undefined) return replayed;
        const accepted = await accept(knex, session, asked);
        if (accepted.job.id !== asked.id) {
          await session.change(
            knex(KEYS)
              .where({ requested_by: asked.requestedBy, key: idempotencyKey })
              .update({ job_id: accepted.job.id }),
          );
        }
        return accepted;
      });
    },
  };
}

interface Asked extends JobRequest {
  readonly filterJson: string;
  readonly filterHash: string;
  readonly coalesceKey: string;
}

function hashesOf({ kind, filter, requestedBy }: JobRequest) {
  const filterJson = JSON.stringify(filter);
  return {
    filterJson,
    filterHash: sha256(kind, filterJson),
    coalesceKey: sha256(requestedBy, kind, filterJson),
  };
}

function sha256(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

async function accept(knex: Knex, session: Session, asked: Asked): Promise<Accepted> {
  const reusable = await findReusable(knex, session, asked);
  if (reusable !== undefined) return { job: reusable, outcome: 'reused' };
  for (;;) {
    try {
      await session.change(insertJob(knex, asked));
      return { job: (await findJob(knex, session, asked.id)) as ReportJob, outcome: 'created' };
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    // Its own id is there already when the answer to an earlier try was lost.
    const own = await findJob(knex, session, asked.id);
    if (own !== undefined) return { job: own, outcome: 'created' };
    const open = await findOpen(knex, session, asked.coalesceKey);
    if (open !== undefined) return { job: open, outcome: 'coalesced' };
    // It ended between the two statements: the key is free again.
  }
}

function insertJob(knex: Knex, asked: Asked) {
  const now = knex.raw('UTC_TIMESTAMP(3)');
  return knex(JOBS).insert({
    id: asked.id,
    kind: asked.kind,
    status: 'QUEUED',
    version: 1,
    epoch: 0,
    filter: asked.filterJson,
    filter_hash: asked.filterHash,
    requested_by: asked.requestedBy,
    coalesce_key: asked.coalesceKey,
    max_attempts: asked.maxAttempts,
    created_at: now,
    due_at: now,
    sent_at: now,
  });
}

async function findOpen(knex: Knex, session: Session, coalesceKey: string): Promise<ReportJob | undefined> {
  const row = await session.first<JobRow>(
    knex(JOBS).select(JOB_COLUMNS).where({ coalesce_key: coalesceKey }),
  );
  return row && toJob(row);
}

async function findReusable(knex: Knex, session: Session, asked: Asked): Promise<ReportJob | undefined> {
  if (!asked.maxAgeSeconds) return undefined;
  const age = Math.min(asked.maxAgeSeconds, LONGEST_AGE_SECONDS);
  const row = await session.first<JobRow>(
    knex(JOBS)
      .select(JOB_COLUMNS)
      .where({ filter_hash: asked.filterHash, requested_by: asked.requestedBy, status: 'SUCCEEDED' })
      .whereRaw('as_of >= UTC_TIMESTAMP(3) - INTERVAL ? SECOND', [age])
      .whereRaw('expires_at > UTC_TIMESTAMP(3)')
      .orderBy('as_of', 'desc')
      .limit(1),
  );
  return row && toJob(row);
}

/**
 * Reserves the key for the request's own id, or returns the job that the key stands for. One statement inserts, or
 * takes over what is too old; it locks the row exclusively, so that requests with one key line up instead of
 * deadlocking. `created_at` is assigned last: MySQL sees what stands further left.
 */
async function takeKey(
  knex: Knex,
  session: Session,
  key: string,
  asked: Asked,
): Promise<Accepted | undefined> {
  const isOld = `created_at <= UTC_TIMESTAMP(3) - INTERVAL ${KEY_LIFETIME_HOURS} HOUR`;
  const { id, requestedBy, filterHash } = asked;
  await session.change(
    knex.raw(
      `INSERT INTO ${KEYS} (requested_by, \`key\`, filter_hash, job_id, created_at)
       VALUES (:requestedBy, :key, :filterHash, :id, UTC_TIMESTAMP(3))
       ON DUPLICATE KEY UPDATE
         filter_hash = IF(${isOld}, :filterHash, filter_hash),
         job_id = IF(${isOld}, :id, job_id),
         created_at = IF(${isOld}, UTC_TIMESTAMP(3), created_at)`,
      { requestedBy, key, filterHash, id },
    ),
  );
  const place = { requested_by: requestedBy, key };
  const holder = await session.first<{ filter_hash: string; job_id: string }>(
    knex(KEYS).select('filter_hash', 'job_id').where(place),
  );
  if (holder === undefined || holder.job_id === id) return undefined;
  if (holder.filter_hash !== filterHash) throw keyReused();
  const job = await findJob(knex, session, holder.job_id);
  if (job !== undefined) return { job, outcome: 'replayed' };
  // Its job was deleted this very moment.
  await session.change(knex(KEYS).where(place).update({ job_id: id }));
  return undefined;
}

function keyReused(): ReportsError {
  return new ReportsError(
    'IDEMPOTENCY_KEY_REUSED',
    'The idempotency key was used before, with another filter.',
  );
}
