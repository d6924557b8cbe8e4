import type { Pool } from 'mysql2/promise';
import type { Status } from './history.js';

/** The columns that rules use, read at the end of a run. Times are milliseconds since 1970. */
export interface Tables {
  readonly jobs: readonly JobRow[];
  readonly attempts: readonly AttemptRow[];
  readonly results: readonly ResultRow[];
  readonly keys: readonly KeyRow[];
}

export interface JobRow {
  readonly id: string;
  readonly status: Status;
  readonly version: number;
  readonly epoch: number;
  readonly filterHash: string;
  readonly isCoalescing: boolean;
  readonly attemptCount: number;
  readonly maxAttempts: number;
  readonly errorCode: string | null;
  readonly createdAt: number;
  readonly dueAt: number | null;
  readonly leaseUntil: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly totalUsers: number | null;
  readonly totalWords: number | null;
}

export interface AttemptRow {
  readonly jobId: string;
  readonly number: number;
  readonly worker: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly errorCode: string | null;
}

export interface ResultRow {
  readonly jobId: string;
  readonly epoch: number;
}

export interface KeyRow {
  readonly key: string;
  readonly jobId: string;
}

export async function readTables(database: Pool): Promise<Tables> {
  const rows = async <Row>(sql: string): Promise<readonly Row[]> => (await database.query(sql))[0] as Row[];
  return {
    jobs: (
      await rows<Omit<JobRow, 'isCoalescing'> & { isCoalescing: 0 | 1 }>(
        `SELECT id, status, version, epoch, filter_hash AS filterHash, coalesce_key IS NOT NULL AS isCoalescing,
           attempt_count AS attemptCount, max_attempts AS maxAttempts, error_code AS errorCode,
           ${ms('created_at')} AS createdAt, ${ms('due_at')} AS dueAt, ${ms('lease_until')} AS leaseUntil,
           ${ms('started_at')} AS startedAt, ${ms('completed_at')} AS completedAt,
           CAST(JSON_VALUE(totals, '$.rowCount') AS DOUBLE) AS totalUsers,
           CAST(JSON_VALUE(totals, '$.totals.totalWords') AS DOUBLE) AS totalWords
         FROM report_jobs ORDER BY id`,
      )
    ).map((row) => ({ ...row, isCoalescing: row.isCoalescing === 1 })),
    attempts: await rows(
      `SELECT job_id AS jobId, number, worker, error_code AS errorCode,
         ${ms('started_at')} AS startedAt, ${ms('ended_at')} AS endedAt
       FROM report_job_attempts ORDER BY job_id, number`,
    ),
    results: await rows('SELECT DISTINCT job_id AS jobId, epoch FROM report_results ORDER BY job_id, epoch'),
    keys: await rows('SELECT `key`, job_id AS jobId FROM idempotency_keys ORDER BY `key`'),
  };
}

function ms(column: string): string {
  return `CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${column}) DIV 1000 AS DOUBLE)`;
}
