import type { Knex } from 'knex';
import type { ReportJob } from '../../jobs/job.js';
import { JOB_COLUMNS, JOBS, toJob, type JobRow } from './job-row.js';
import type { Session, Statement } from './session.js';

export async function readJob(knex: Knex, session: Session, id: string): Promise<ReportJob | undefined> {
  if (!fitsIdColumn(id)) return undefined;
  const row = await session.first<JobRow>(selectJob(knex, id));
  return row && toJob(row);
}

const SELECT_JOB = `SELECT ${JOB_COLUMNS.join(', ')} FROM ${JOBS} WHERE id = ?`;

/** Selects one `JobRow`, or none. */
export function selectJob(knex: Knex, id: string): Statement {
  return knex.raw(SELECT_JOB, [id]);
}

/** The jobs in the order of the given ids; unknown ids are left out. */
export async function readJobs(
  knex: Knex,
  session: Session,
  ids: readonly string[],
): Promise<readonly ReportJob[]> {
  const known = ids.filter(fitsIdColumn);
  const [first, ...others] = known;
  if (first === undefined) return [];
  // Mostly there is one id. Its SELECT is a constant, because Knex takes a tenth of a millisecond to build a statement.
  const select = others.length === 0 ? selectJob(knex, first) : selectJobs(knex, known);
  const rows = await session.rows<JobRow>(select);
  const jobs = new Map(rows.map((row) => [row.id, toJob(row)]));
  return known.flatMap((id) => jobs.get(id) ?? []);
}

function selectJobs(knex: Knex, ids: readonly string[]): Statement {
  return knex(JOBS).select(JOB_COLUMNS).whereIn('id', ids);
}

/** Whether the id column can contain the id. Checked because the column's collation ignores spaces at the end. */
export function fitsIdColumn(id: string): boolean {
  return /^[\x21-\x7e]{1,26}$/.test(id);
}
