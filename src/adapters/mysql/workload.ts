import {
  LEASE_SECONDS,
  type JobReader,
  type RecentDuration,
  type RunningJob,
} from '../../jobs/ports/job-store.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import { JOBS, WORKERS } from './job-row.js';
import type { Database } from './database.js';
import { distinctDefinitions } from './living-definitions.js';

/**
 * Durations are read from the LATEST_JOBS latest succeeded jobs of a kind, at most JOBS_PER_SIZE per size (power of two
 * of rows).
 */
const LATEST_JOBS = 1000;
const JOBS_PER_SIZE = 10;

/**
 * Columns of the statement, which returns one row for the time, one per running job, one per live worker, and one per
 * duration, latest first.
 */
const COLUMNS = [
  'row_of',
  'now',
  'claimed_at',
  'heartbeat_at',
  'percent',
  'slots',
  'definitions',
  'kind',
  'filter',
  'total_posts',
  'ran_ms',
];

/**
 * A number, or its text: the server may return numbers as text in a column where another SELECT of the UNION has NULL.
 */
type Figure = number | string;

type WorkloadRow =
  | { readonly row_of: 'time'; readonly now: Date }
  | {
      readonly row_of: 'running';
      readonly claimed_at: Date;
      readonly heartbeat_at: Date;
      readonly percent: Figure | null;
    }
  | { readonly row_of: 'worker'; readonly slots: Figure; readonly definitions: string | null }
  | {
      readonly row_of: 'duration';
      readonly kind: string;
      readonly filter: string;
      readonly total_posts: Figure;
      readonly ran_ms: Figure;
    };

export function workload({ knex, main }: Database): JobReader['workload'] {
  return async (kinds) => {
    const statement = [TIME, RUNNING, WORKER, ...kinds.map(() => DURATIONS)].join(' UNION ALL ');
    const rows = await main.run((session) => session.rows<WorkloadRow>(knex.raw(statement, [...kinds])));
    const durations = new Map<string, RecentDuration[]>(kinds.map((kind) => [kind, []]));
    const workers: Extract<WorkloadRow, { row_of: 'worker' }>[] = [];
    const running: RunningJob[] = [];
    let now = new Date(0);
    for (const row of rows) {
      switch (row.row_of) {
        case 'time':
          ({ now } = row);
          break;
        case 'running':
          running.push({
            claimedAt: row.claimed_at,
            heartbeatAt: row.heartbeat_at,
            percent: row.percent === null ? null : Number(row.percent),
          });
          break;
        case 'worker':
          workers.push(row);
          break;
        case 'duration':
          durations.get(row.kind)?.push({
            ranMs: Number(row.ran_ms),
            rows: Number(row.total_posts),
            filter: JSON.parse(row.filter) as CanonicalFilter,
          });
      }
    }
    return {
      now,
      running,
      slots: workers.reduce((sum, { slots }) => sum + Number(slots), 0),
      definitions: distinctDefinitions(workers),
      durations,
    };
  };
}

const TIME = select({ row_of: "'time'", now: 'UTC_TIMESTAMP(3)' }, '');

const RUNNING = select(
  {
    row_of: "'running'",
    claimed_at: 'COALESCE(claimed_at, started_at)',
    heartbeat_at: `lease_until - INTERVAL ${LEASE_SECONDS} SECOND`,
    percent: 'percent',
  },
  `FROM ${JOBS} WHERE status = 'RUNNING'`,
);

const WORKER = select(
  { row_of: "'worker'", slots: 'slots', definitions: 'definitions' },
  `FROM ${WORKERS} WHERE seen_at > UTC_TIMESTAMP(3) - INTERVAL ${LEASE_SECONDS} SECOND`,
);

/** Limited per size, so that many small jobs do not displace the large ones. */
const DURATIONS = `(${select(
  {
    row_of: "'duration'",
    kind: 'job.kind',
    filter: 'job.filter',
    total_posts: 'job.total_posts',
    ran_ms:
      'COALESCE(TIMESTAMPDIFF(MICROSECOND, job.claimed_at, job.completed_at) / 1000, job.duration_ms) + 0e0',
  },
  `FROM (
     SELECT id, ROW_NUMBER() OVER (
       PARTITION BY FLOOR(LOG2(total_posts + 1)) ORDER BY completed_at DESC, id DESC) AS nth
     FROM (
       SELECT id, total_posts, completed_at FROM ${JOBS} WHERE status = 'SUCCEEDED' AND kind = ?
       ORDER BY completed_at DESC LIMIT ${LATEST_JOBS}) AS latest) AS numbered
   JOIN ${JOBS} AS job USING (id)
   WHERE nth <= ${JOBS_PER_SIZE} ORDER BY job.completed_at DESC LIMIT ${LATEST_JOBS}`,
)})`;

/** Selects the given expressions, and NULL for the other columns. */
function select(given: Readonly<Record<string, string>>, from: string): string {
  return `SELECT ${COLUMNS.map((name) => `${given[name] ?? 'NULL'} AS ${name}`).join(', ')} ${from}`;
}
