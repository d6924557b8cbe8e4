import { ReportsError } from '../../reports/errors.js';
import type { ResultOwner, ResultStore } from '../../jobs/ports/result-store.js';
import { rowAt, sortTable, type ReportRow, type ReportTable, type RowOrder } from '../../reports/report.js';
import { RESULTS } from './job-row.js';
import type { Database } from './knex.js';
import { decodePart, ROWS_PER_PART } from './result-part.js';
import type { Session } from './session.js';

/** Reads results part by part; see `save-result.ts` for what is saved. */
export function createResultStore({ knex, main }: Database): ResultStore {
  return {
    async readRows(job, order, { offset, limit }) {
      const result = resultOf(job);
      return main.run(async (session) => {
        const start = Math.min(offset, result.rows);
        const end = Math.min(offset + limit, result.rows);
        const rows: ReportRow[] = [];
        for (let row = start; row < end;) {
          const slice = await readSlice(session, result, order, row);
          const until = Math.min(end, slice.firstRow + slice.table.userIds.length);
          for (; row < until; row += 1) rows.push(rowAt(slice.table, row - slice.firstRow));
        }
        return rows;
      });
    },

    async *streamRows(job, order) {
      const result = resultOf(job);
      let row = 0;
      while (row < result.rows) {
        const from = row;
        const { table } = await main.run((session) => readSlice(session, result, order, from));
        yield table;
        row += table.userIds.length;
      }
    },
  };

  /** The part in which a row stands, counted in the given order. */
  async function readSlice(
    session: Session,
    result: SavedResult,
    order: RowOrder,
    row: number,
  ): Promise<Slice> {
    // One part is saved in one order only, and sorting it takes a few milliseconds.
    if (result.rows <= ROWS_PER_PART) {
      const { table } = await readPart(session, result, 'USER_ID_ASC', 0);
      return { firstRow: 0, table: sortTable(table, order) };
    }
    if (order !== 'USER_ID_DESC') return readPart(session, result, order, row);
    const { firstRow, table } = await readPart(session, result, 'USER_ID_ASC', result.rows - 1 - row);
    return { firstRow: result.rows - firstRow - table.userIds.length, table: sortTable(table, order) };
  }

  async function readPart(
    session: Session,
    { jobId, epoch }: SavedResult,
    ordering: RowOrder,
    row: number,
  ): Promise<Slice> {
    const part = await session.first<PartRow>(
      knex(RESULTS)
        .select('first_row', 'row_count', 'data')
        .where({ job_id: jobId, epoch, ordering })
        .where('first_row', '<=', row)
        .orderBy('part', 'desc')
        .limit(1),
    );
    if (part === undefined || part.first_row + part.row_count <= row) throw expired();
    return { firstRow: part.first_row, table: await decodePart(part.data, part.row_count) };
  }
}

interface SavedResult {
  readonly jobId: string;
  readonly epoch: number;
  readonly rows: number;
}

/** All of it is in the row of a job that is over, which does not change any more. */
function resultOf({ id, epoch, summary }: ResultOwner): SavedResult {
  return { jobId: id, epoch, rows: summary?.totalUsers ?? 0 };
}

/** Consecutive rows, and the position of the first one. */
interface Slice {
  readonly firstRow: number;
  readonly table: ReportTable;
}

interface PartRow {
  readonly first_row: number;
  readonly row_count: number;
  readonly data: Buffer;
}

/** The sweeper was quicker than the reader. Part of a result must never pass for the whole. */
function expired(): ReportsError {
  return new ReportsError('RESULT_EXPIRED', 'The result was removed, since its time is over.');
}
