import type { JobAttempt } from '../../jobs/job.js';
import { LEASE_SECONDS, type JobReader } from '../../jobs/ports/job-store.js';
import { readJob, readJobs, fitsIdColumn } from './read-job.js';
import { jobLists } from './job-lists.js';
import {
  ATTEMPT_COLUMNS,
  ATTEMPTS,
  JOB_COLUMNS,
  JOBS,
  toAttempt,
  toJob,
  WORKERS,
  type AttemptRow,
  type JobRow,
} from './job-row.js';
import type { Database } from './database.js';
import { livingDefinitions } from './living-definitions.js';
import type { Session } from './session.js';
import { workload } from './workload.js';

export function jobReader(database: Database): Omit<JobReader, 'countAhead'> {
  const { knex, main } = database;
  const living = livingDefinitions(database);
  return {
    find: (id) => main.run((session) => readJob(knex, session, id)),

    findMany: (ids) => main.run((session) => readJobs(knex, session, ids)),

    ...jobLists(database),

    async findAttempts(jobIds) {
      const known = jobIds.filter(fitsIdColumn);
      if (known.length === 0) return new Map();
      const attempts = knex(ATTEMPTS)
        .select(ATTEMPT_COLUMNS)
        .whereIn('job_id', known)
        .orderBy(['job_id', 'number']);
      const rows = await main.run((session) => session.rows<AttemptRow>(attempts));
      const byJob = new Map<string, JobAttempt[]>();
      for (const row of rows) {
        const present = byJob.get(row.job_id);
        if (present === undefined) byJob.set(row.job_id, [toAttempt(row)]);
        else present.push(toAttempt(row));
      }
      return byJob;
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

    workload: workload(database),
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
}

interface HealthRow {
  readonly status: string;
  readonly definition: string;
  readonly jobs: number;
  readonly oldest: Date | null;
}

const WAITING = ['QUEUED', 'RETRYING'];
