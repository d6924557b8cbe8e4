import type { Knex } from 'knex';
import { ReportsError } from '../../reports/errors.js';
import { assignKey, deleteKey, insertKeys, readKeys } from './idempotency-keys.js';
import { hasKey, type RequestWithKey } from './identified-request.js';
import { JOB_COLUMNS, JOBS, toJob, type JobRow } from './job-row.js';
import { readJobs } from './read-job.js';
import type { RequestOutcomes } from './request-outcomes.js';
import type { Session } from './session.js';

/**
 * Upper limit of `maxAgeSeconds` in the query. No result is kept longer. A value beyond the range of the database's
 * dates would make the comparison NULL.
 */
const LONGEST_AGE_SECONDS = 10 * 365 * 86_400;

/** Assigns free idempotency keys to the requests' own jobs; answers requests whose key another job has. */
export async function answerByKey(knex: Knex, session: Session, outcomes: RequestOutcomes): Promise<void> {
  const requests = outcomes.pending().filter(hasKey);
  if (requests.length === 0) return;
  await session.change(insertKeys(knex, requests));
  const keys = await readKeys(knex, session, requests);
  const used = keys.filter(({ request, jobId }) => jobId !== request.id);
  const ids = used.map(({ jobId }) => jobId);
  const jobs = new Map((await readJobs(knex, session, ids)).map((job) => [job.id, job]));
  for (const { request, filterHash, jobId } of used) {
    const job = jobs.get(jobId);
    if (filterHash !== request.filterHash) outcomes.reject(request, keyReused());
    else if (job !== undefined) outcomes.accept(request, { job, outcome: 'replayed' });
    // The key's job was deleted after the key was read and before the job was read. The key is free again.
    else await session.change(assignKey(knex, request, request.id));
  }
}

/** Answers requests with `maxAgeSeconds` by a result that is young enough. */
export async function answerByAge(knex: Knex, session: Session, outcomes: RequestOutcomes): Promise<void> {
  for (const request of outcomes.pending()) {
    if (!request.maxAgeSeconds) continue;
    const age = Math.min(request.maxAgeSeconds, LONGEST_AGE_SECONDS);
    const row = await session.first<JobRow>(
      knex(JOBS)
        .select(JOB_COLUMNS)
        .where({ filter_hash: request.filterHash, requested_by: request.requestedBy, status: 'SUCCEEDED' })
        .where({ definition: request.definition })
        .whereRaw('as_of >= UTC_TIMESTAMP(3) - INTERVAL ? SECOND', [age])
        // After the clock was set back, the age of a result from the future is unknown.
        .whereRaw('as_of <= UTC_TIMESTAMP(3)')
        .whereRaw('expires_at > UTC_TIMESTAMP(3)')
        .orderBy('as_of', 'desc')
        .limit(1),
    );
    if (row !== undefined) outcomes.accept(request, { job: toJob(row), outcome: 'reused' });
  }
}

/** Answers requests that have the coalesce key of an open job. */
export async function answerByOpenJob(
  knex: Knex,
  session: Session,
  outcomes: RequestOutcomes,
): Promise<void> {
  const requests = outcomes.pending();
  if (requests.length === 0) return;
  const keys = [...new Set(requests.map(({ coalesceKey }) => coalesceKey))];
  const rows = await session.rows<JobRow & { readonly coalesce_key: string }>(
    knex(JOBS)
      .select([...JOB_COLUMNS, 'coalesce_key'])
      .whereIn('coalesce_key', keys),
  );
  const jobs = new Map(rows.map((row) => [row.coalesce_key, toJob(row)]));
  for (const request of requests) {
    const job = jobs.get(request.coalesceKey);
    if (job !== undefined) outcomes.accept(request, { job, outcome: 'coalesced' });
  }
}

/**
 * Assigns the idempotency key of a coalesced or reused request to the job that answers the request. Deletes the
 * idempotency key of a rejected request.
 */
export async function reassignKeys(
  knex: Knex,
  session: Session,
  owners: readonly RequestWithKey[],
  outcomes: RequestOutcomes,
): Promise<void> {
  for (const request of owners) {
    const outcome = outcomes.get(request);
    if (outcome?.status === 'rejected') await session.change(deleteKey(knex, request));
    else if (outcome !== undefined && outcome.value.job.id !== request.id)
      await session.change(assignKey(knex, request, outcome.value.job.id));
  }
}

function keyReused(): ReportsError {
  return new ReportsError(
    'IDEMPOTENCY_KEY_REUSED',
    'The idempotency key was used before, with another filter.',
  );
}
