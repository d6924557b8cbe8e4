import type { Knex } from 'knex';
import type { ReportJob } from '../../jobs/job.js';
import { isDuplicateKey } from './database-errors.js';
import type { IdentifiedRequest } from './identified-request.js';
import { JOBS, toJob, type JobRow } from './job-row.js';
import { readJobs } from './read-job.js';
import type { RequestOutcomes } from './request-outcomes.js';
import type { Session } from './session.js';

/**
 * Creates the jobs of the admitted requests, all or none, and accepts each pending request whose job exists.
 *
 * @param admitted pending requests with different coalesce keys
 * @returns the accepted requests
 */
export async function createJobs(
  knex: Knex,
  session: Session,
  admitted: readonly IdentifiedRequest[],
  outcomes: RequestOutcomes,
): Promise<ReadonlySet<IdentifiedRequest>> {
  const requests = outcomes.pending();
  const ids = requests.map(({ id }) => id);
  // The jobs exist already when an earlier try was committed and its answer was lost. They are then read.
  const jobs = (await insertJobs(knex, session, admitted)) ?? (await readJobs(knex, session, ids));
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const created = requests.filter(({ id }) => byId.has(id));
  for (const request of created)
    outcomes.accept(request, { job: byId.get(request.id) as ReportJob, outcome: 'created' });
  return new Set(created);
}

/**
 * Returns undefined when there are no requests, or when the table already has the id or the coalesce key of a request.
 */
async function insertJobs(
  knex: Knex,
  session: Session,
  requests: readonly IdentifiedRequest[],
): Promise<readonly ReportJob[] | undefined> {
  if (requests.length === 0) return undefined;
  // Transactions that insert in one order wait for each other's keys instead of deadlocking.
  const sorted = [...requests].sort((a, b) => (a.coalesceKey < b.coalesceKey ? -1 : 1));
  try {
    const { insertId: microseconds } = await session.change(insertSql(knex, sorted));
    return sorted.map((request) => toJob(insertedRow(request, new Date(microseconds / 1000))));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return undefined;
  }
}

/** Builds the row that the INSERT wrote, so that the row need not be read. */
function insertedRow(request: IdentifiedRequest, insertedAt: Date): JobRow {
  const { id, kind, definition, filterJson, requestedBy, requestId, maxAttempts } = request;
  return {
    ...COLUMN_DEFAULTS,
    id,
    kind,
    definition,
    status: 'QUEUED',
    version: 1,
    epoch: 0,
    filter: filterJson,
    requested_by: requestedBy,
    request_id: requestId,
    max_attempts: maxAttempts,
    created_at: insertedAt,
    due_at: insertedAt,
  };
}

/** The table's defaults of the columns that the INSERT does not name. */
const COLUMN_DEFAULTS = {
  processed_posts: 0,
  total_posts: null,
  percent: null,
  attempt_count: 0,
  attempts_before_run: 0,
  error_code: null,
  error_message: null,
  fingerprint: null,
  started_at: null,
  claimed_at: null,
  lease_until: null,
  completed_at: null,
  totals: null,
  as_of: null,
  duration_ms: null,
  expires_at: null,
} as const;

/** The insert id of the answer is `created_at` of all rows, in microseconds since 1970. */
function insertSql(knex: Knex, requests: readonly IdentifiedRequest[]) {
  const values = requests.map(
    (_, index) =>
      `(?, ?, ?, 'QUEUED', 1, 0, ?, ?, ?, ?, ?, ?, ${index === 0 ? NOW_AS_INSERT_ID : NOW}, ${NOW}, ${NOW})`,
  );
  return knex.raw(
    `INSERT INTO ${JOBS} (id, kind, definition, status, version, epoch, filter, filter_hash, requested_by, request_id,
       coalesce_key, max_attempts, created_at, due_at, sent_at)
     VALUES ${values.join()}`,
    requests.flatMap((request) => [
      ...[request.id, request.kind, request.definition],
      ...[request.filterJson, request.filterHash, request.requestedBy, request.requestId],
      ...[request.coalesceKey, request.maxAttempts],
    ]),
  );
}

const NOW = 'UTC_TIMESTAMP(3)';
/**
 * `NOW`, which the server also returns to the client as the insert id. MySQL and MariaDB document LAST_INSERT_ID(expr)
 * for this purpose.
 */
const NOW_AS_INSERT_ID = `TIMESTAMP'1970-01-01 00:00:00' + INTERVAL
  LAST_INSERT_ID(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', ${NOW})) MICROSECOND`;
