import type { Knex } from 'knex';
import type {
  FailedJobSelection,
  JobPage,
  JobReader,
  JobSelection,
  PageQuery,
} from '../../jobs/ports/job-store.js';
import { JOB_COLUMNS, JOBS, toJobs, type JobRow } from './job-row.js';
import type { Database } from './database.js';

export function jobLists({
  knex,
  main,
}: Database): Pick<JobReader, 'listJobs' | 'countJobs' | 'listFailedJobs' | 'countFailedJobs'> {
  return {
    listJobs: (query) => readPage(selectedJobs(knex, query), 'created_at', query),
    countJobs: (selection) => count(selectedJobs(knex, selection)),
    listFailedJobs: (query) => readPage(failedJobs(knex, query), 'completed_at', query),
    countFailedJobs: (selection) => count(failedJobs(knex, selection)),
  };

  /** Reads a page of rows in descending order of (column, id), starting after a position. */
  async function readPage(
    page: Knex.QueryBuilder,
    column: 'created_at' | 'completed_at',
    { after, limit }: PageQuery,
  ): Promise<JobPage> {
    void page
      .select(JOB_COLUMNS)
      .orderBy([
        { column, order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit + 1);
    if (after !== undefined) {
      void page.whereRaw(`(${column} < :at OR (${column} = :at AND id < :id))`, { ...after });
    }
    const rows = await main.run((session) => session.rows<JobRow>(page));
    return { jobs: await toJobs(rows.slice(0, limit)), hasNext: rows.length > limit };
  }

  async function count(selected: Knex.QueryBuilder): Promise<number> {
    const counted = selected.count('* as jobs');
    return (await main.run((session) => session.first<{ jobs: number }>(counted)))?.jobs ?? 0;
  }
}

function selectedJobs(knex: Knex, { kind, status, requestedBy }: JobSelection): Knex.QueryBuilder {
  const query = knex(JOBS);
  if (kind !== undefined) whereExactly(query, 'kind', kind);
  if (status !== undefined) void query.whereIn('status', status);
  if (requestedBy !== undefined) void query.where({ requested_by: requestedBy });
  return query;
}

/** Selects the FAILED jobs that meet the caller's conditions. */
export function failedJobs(
  knex: Knex,
  { kind, requestedBy, errorCode, fingerprint, since }: FailedJobSelection,
): Knex.QueryBuilder {
  const query = selectedJobs(knex, { kind, requestedBy, status: ['FAILED'] });
  if (errorCode !== undefined) whereExactly(query, 'error_code', errorCode);
  if (fingerprint !== undefined) whereExactly(query, 'fingerprint', fingerprint);
  if (since !== undefined) void query.where('completed_at', '>=', since);
  return query;
}

/**
 * Compares an ASCII column with text from a request, including trailing blanks. `=` alone would ignore trailing blanks,
 * because ascii_bin is a PAD SPACE collation.
 */
function whereExactly(query: Knex.QueryBuilder, column: string, text: string): void {
  void query.whereRaw('?? = CONVERT(? USING ascii) AND LENGTH(??) = ?', [column, text, column, text.length]);
}
