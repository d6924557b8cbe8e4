import { ReportsError } from '../../reports/errors.js';
import type { ResultOwner, ResultStore } from '../../jobs/ports/result-store.js';
import { indexesOf } from '../../reports/indexes-by-value.js';
import { joinTables, sortTable, takeRows, type ReportTable } from '../../reports/report-table.js';
import { isKeyAscending, ordersOf, type RowOrder } from '../../reports/row-order.js';
import { RESULTS } from './job-row.js';
import type { Database } from './database.js';
import { decodePart, ROWS_PER_PART } from './result-part.js';
import type { Session } from './session.js';

/** Reads results part by part; see `save-result.ts` for what is saved. */
export function createResultStore({ knex, main }: Database): ResultStore {
  return {
    async readRows(owner, order, { offset, limit }) {
      const result = resultOf(owner);
      const end = Math.min(offset + limit, result.rows);
      return main.run(async (session) => {
        const slices: ReportTable[] = [];
        for (let row = offset; row < end;) {
          const { firstRow, table } = await readSlice(session, result, order, row);
          const until = Math.min(end - firstRow, table.rowCount);
          slices.push(takeRows(table, indexesOf(until).subarray(row - firstRow)));
          row = firstRow + until;
        }
        return joinTables(result.columns, slices);
      });
    },

    async *streamRows(owner, order) {
      const result = resultOf(owner);
      let row = 0;
      while (row < result.rows) {
        const from = row;
        const { table } = await main.run((session) => readSlice(session, result, order, from));
        yield table;
        row += table.rowCount;
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
    const [byKey] = ordersOf(result.columns);
    if (byKey === undefined || isKeyAscending(order)) return readPart(session, result, order, row);
    if (result.rows <= ROWS_PER_PART) {
      // One part is saved in one order only, and sorting it takes a few milliseconds.
      const only = await readPart(session, result, byKey, 0);
      if (only.table.rowCount === result.rows) return { firstRow: 0, table: sortTable(only.table, order) };
    }
    if (order.column !== 0) return readPart(session, result, order, row);
    const { firstRow, table } = await readPart(session, result, byKey, result.rows - 1 - row);
    return { firstRow: result.rows - firstRow - table.rowCount, table: sortTable(table, order) };
  }

  async function readPart(
    session: Session,
    { jobId, epoch, columns }: SavedResult,
    { name }: RowOrder,
    row: number,
  ): Promise<Slice> {
    const part = await session.first<PartRow>(
      knex(RESULTS)
        .select('first_row', 'row_count', 'data')
        .where({ job_id: jobId, epoch, ordering: name })
        .where('first_row', '<=', row)
        .orderBy('part', 'desc')
        .limit(1),
    );
    if (part === undefined || part.first_row + part.row_count <= row) throw expired();
    return { firstRow: part.first_row, table: await decodePart(part.data, part.row_count, columns) };
  }
}

interface SavedResult extends Pick<ReportTable, 'columns'> {
  readonly jobId: string;
  readonly epoch: number;
  readonly rows: number;
}

/** All of it is in the row of a job that is over, which does not change any more. */
function resultOf({ id, epoch, summary, report }: ResultOwner): SavedResult {
  return { jobId: id, epoch, rows: summary?.rowCount ?? 0, columns: report.columns };
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
