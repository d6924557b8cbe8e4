import type { Knex } from 'knex';
import {
  LEASE_SECONDS,
  type FailedJobQuery,
  type JobPage,
  type JobPosition,
  type JobReader,
} from '../../jobs/ports/job-store.js';
import { findJob, findJobs } from './find-job.js';
import {
  ATTEMPTS,
  JOB_COLUMNS,
  JOBS,
  toAttempt,
  toJob,
  WORKERS,
  type AttemptRow,
  type JobRow,
  toRecentDuration,
  type DurationRow,
} from './job-row.js';
import type { Database } from './database.js';
import { livingDefinitions } from './living-definitions.js';
import { queuePositions } from './queue-positions.js';
import type { Session } from './session.js';

/** So many successes are looked at for durations, and so many of each size are taken. */
const LOOKED_AT = 1000;
const OF_EACH_SIZE = 10;

export function jobReader(database: Database): JobReader {
  const { knex, main } = database;
  const living = livingDefinitions(database);
  return {
    find: (id) => main.run((session) => findJob(knex, session, id)),

    findMany: (ids) => main.run((session) => findJobs(knex, session, ids)),

    async findAttempts(jobId) {
      return main.run(async (session) => {
        const job = await findJob(knex, session, jobId);
        if (job === undefined) return [];
        const rows = await session.rows<AttemptRow>(
          knex(ATTEMPTS)
            .select('number', 'worker', 'started_at', 'ended_at', 'error_code', 'error_message', 'stack')
            .where({ job_id: jobId })
            .orderBy('number'),
        );
        return rows.map(toAttempt);
      });
    },

    async listJobs({ kind, status, requestedBy, after, limit }) {
      const matching = knex(JOBS).modify((query) => {
        if (kind !== undefined) whereExactly(query, 'kind', kind);
        if (status !== undefined) void query.whereIn('status', status);
        if (requestedBy !== undefined) void query.where({ requested_by: requestedBy });
      });
      return readPage(matching, 'created_at', after, limit);
    },

    async listFailedJobs({ after, limit, ...query }) {
      return readPage(failedJobs(knex, query), 'completed_at', after, limit);
    },

    async listEndedSince(since, { limit }) {
      const ended = knex(JOBS)
        .select(JOB_COLUMNS)
        .where('completed_at', '>=', since)
        .orderBy(['completed_at', 'id'])
        .limit(limit);
      return main.run(async (session) => (await session.rows<JobRow>(ended)).map(toJob));
    },

    async now() {
      const row = await main.run((session) =>
        session.first<{ now: Date }>(knex.raw('SELECT UTC_TIMESTAMP(3) AS now')),
      );
      return (row as { now: Date }).now;
    },

    async health() {
      const jobs = knex(JOBS)
        .select('status', 'definition')
        .count('* as jobs')
        .min('due_at as oldest')
        .whereIn('status', ['QUEUED', 'RUNNING', 'RETRYING', 'FAILED'])
        .groupBy('status', 'definition');
      const alive = knex(WORKERS)
        .select(knex.raw('COUNT(*) AS workers, COALESCE(SUM(slots), 0) AS slots'))
        .whereRaw('seen_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND', [LEASE_SECONDS]);
      return main.run(async (session) => {
        const rows = await session.rows<HealthRow>(jobs);
        const workers = await session.first<{ workers: number; slots: string }>(alive);
        const count = (status: string) =>
          rows.reduce((sum, row) => sum + (row.status === status ? row.jobs : 0), 0);
        const waits = rows.flatMap(({ status, oldest }) =>
          status === 'QUEUED' && oldest ? [oldest.getTime()] : [],
        );
        return {
          queued: count('QUEUED'),
          running: count('RUNNING'),
          retrying: count('RETRYING'),
          failed: count('FAILED'),
          oldestQueuedAt: waits.length === 0 ? null : new Date(Math.min(...waits)),
          workers: workers?.workers ?? 0,
          slots: Number(workers?.slots ?? 0),
          unknownKinds: await findUnknownKinds(session, rows),
        };
      });
    },

    queuePosition: queuePositions(database, living),

    async recentDurations(kind) {
      // By size, so that many small jobs do not displace the large ones.
      const latest = knex.raw(
        `SELECT job.filter, job.total_posts,
           COALESCE(TIMESTAMPDIFF(MICROSECOND, job.claimed_at, job.completed_at) / 1000, job.duration_ms) + 0e0 AS ran_ms
         FROM (
           SELECT id, ROW_NUMBER() OVER (
             PARTITION BY FLOOR(LOG2(total_posts + 1)) ORDER BY completed_at DESC, id DESC) AS nth
           FROM (
             SELECT id, total_posts, completed_at FROM ${JOBS} WHERE status = 'SUCCEEDED' AND kind = ?
             ORDER BY completed_at DESC LIMIT ${LOOKED_AT}) AS latest) AS numbered
         JOIN ${JOBS} AS job USING (id)
         WHERE nth <= ${OF_EACH_SIZE} ORDER BY job.completed_at DESC`,
        [kind],
      );
      return main.run(async (session) => {
        const rows = await session.rows<DurationRow>(latest);
        return rows.map(toRecentDuration);
      });
    },
  };

  async function findUnknownKinds(session: Session, rows: readonly HealthRow[]): Promise<readonly string[]> {
    const known = (await living(session)) ?? [];
    const unknown = rows
      .filter(({ status, definition }) => WAITING.includes(status) && !known.includes(definition))
      .map(({ definition }) => definition);
    const kinds = await Promise.all(
      [...new Set(unknown)].map((definition) =>
        session.first<{ kind: string }>(
          knex(JOBS).select('kind').whereIn('status', WAITING).where({ definition }).limit(1),
        ),
      ),
    );
    return [...new Set(kinds.flatMap((row) => row?.kind ?? []))].sort();
  }

  /** Newest first by (column, id), going on after a position. */
  function readPage(
    matching: Knex.QueryBuilder,
    column: 'created_at' | 'completed_at',
    after: JobPosition | undefined,
    limit: number,
  ): Promise<JobPage> {
    const counted = matching.clone().count('* as jobs');
    const page = matching
      .clone()
      .select(JOB_COLUMNS)
      .orderBy([
        { column, order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit + 1);
    if (after !== undefined) {
      void page.whereRaw(`(${column} < :at OR (${column} = :at AND id < :id))`, { ...after });
    }
    return main.run(async (session) => {
      const rows = await session.rows<JobRow>(page);
      const total = await session.first<{ jobs: number }>(counted);
      return {
        jobs: rows.slice(0, limit).map(toJob),
        hasNext: rows.length > limit,
        totalCount: total?.jobs ?? 0,
      };
    });
  }
}

interface HealthRow {
  readonly status: string;
  readonly definition: string;
  readonly jobs: number;
  readonly oldest: Date | null;
}

const WAITING = ['QUEUED', 'RETRYING'];

/** FAILED jobs that a caller narrowed down. */
export function failedJobs(
  knex: Knex,
  { kind, requestedBy, errorCode, fingerprint, since }: Omit<FailedJobQuery, 'after' | 'limit'>,
): Knex.QueryBuilder {
  const query = knex(JOBS).where({ status: 'FAILED' });
  if (kind !== undefined) whereExactly(query, 'kind', kind);
  if (requestedBy !== undefined) void query.where({ requested_by: requestedBy });
  if (errorCode !== undefined) whereExactly(query, 'error_code', errorCode);
  if (fingerprint !== undefined) whereExactly(query, 'fingerprint', fingerprint);
  if (since !== undefined) void query.where('completed_at', '>=', since);
  return query;
}

/** An ASCII column beside any text of a caller. `=` alone ignores trailing blanks: ascii_bin is a PAD SPACE collation. */
function whereExactly(query: Knex.QueryBuilder, column: string, text: string): void {
  void query.whereRaw('?? = CONVERT(? USING ascii) AND LENGTH(??) = ?', [column, text, column, text.length]);
}
