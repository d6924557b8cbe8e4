import DataLoader from 'dataloader';
import type { Knex } from 'knex';
import { ReportsError } from '../../reports/errors.js';
import type { ResultOwner, ResultPage, ResultStore } from '../../jobs/ports/result-store.js';
import { indexesOf } from '../../reports/indexes-by-value.js';
import { joinTables, sortTable, takeRows, type ReportTable } from '../../reports/report-table.js';
import { isKeyAscending, ordersOf, type RowOrder } from '../../reports/row-order.js';
import { RESULTS } from './job-row.js';
import type { Database } from './database.js';
import { decodePart, ROWS_PER_PART } from './result-part.js';
import type { Session } from './session.js';

/** Reads saved results part by part; `save-result.ts` writes them. */
export function createResultStore({ knex, main }: Database): ResultStore {
  return {
    async readPages(pages) {
      return main.run((session) => {
        const readPart = partReader(knex, session);
        return Promise.all(pages.map((page) => readPage(readPart, page).catch(toReportsErrorOnly)));
      });
    },

    async *streamRows(owner, order) {
      const result = resultOf(owner);
      let row = 0;
      while (row < result.rows) {
        const from = row;
        const { table } = await main.run((session) =>
          readSlice(partReader(knex, session), result, order, from),
        );
        yield table;
        row += table.rowCount;
      }
    },
  };
}

/**
 * A ReportsError concerns one page, and is returned as the outcome of that page. Any other error, such as a failure of
 * the database, concerns all pages and is thrown.
 */
function toReportsErrorOnly(error: unknown): ReportsError {
  if (error instanceof ReportsError) return error;
  throw error;
}

async function readPage(
  readPart: ReadPart,
  { result: owner, order, offset, limit }: ResultPage,
): Promise<ReportTable> {
  const result = resultOf(owner);
  const end = Math.min(offset + limit, result.rows);
  const slices: ReportTable[] = [];
  for (let row = offset; row < end;) {
    const { firstRow, table } = await readSlice(readPart, result, order, row);
    const until = Math.min(end - firstRow, table.rowCount);
    slices.push(takeRows(table, indexesOf(until).subarray(row - firstRow)));
    row = firstRow + until;
  }
  return joinTables(result.columns, slices);
}

/** Reads the part that contains the given row. Row numbers count the rows in the given order. */
async function readSlice(
  readPart: ReadPart,
  result: SavedResult,
  order: RowOrder,
  row: number,
): Promise<Slice> {
  const [byKey] = ordersOf(result.columns);
  if (byKey === undefined || isKeyAscending(order)) return readPart({ result, order, row });
  if (result.rows <= ROWS_PER_PART) {
    // A result of one part is saved in one order only; sorting it takes a few milliseconds.
    const only = await readPart({ result, order: byKey, row: 0 });
    if (only.table.rowCount === result.rows) return { firstRow: 0, table: sortTable(only.table, order) };
  }
  if (order.column !== 0) return readPart({ result, order, row });
  const { firstRow, table } = await readPart({ result, order: byKey, row: result.rows - 1 - row });
  return { firstRow: result.rows - firstRow - table.rowCount, table: sortTable(table, order) };
}

interface WantedPart {
  readonly result: SavedResult;
  readonly order: RowOrder;
  /** The number of a row in the table, counted in the order `order`. Any row of the wanted part identifies the part. */
  readonly row: number;
}

type ReadPart = (wanted: WantedPart) => Promise<Slice>;

/** Batches reads: parts that are requested in one turn of the event loop are read by one statement. */
function partReader(knex: Knex, session: Session): ReadPart {
  const loader = new DataLoader<WantedPart, Slice>(
    async (wanted) => {
      const statement = wanted.map(() => SELECT_PART).join(' UNION ALL ');
      const bindings = wanted.flatMap(({ result, order, row }, index) => [
        index,
        result.jobId,
        result.epoch,
        order.name,
        row,
      ]);
      const rows = await session.rows<PartRow>(knex.raw(statement, bindings));
      const found = new Map(rows.map((part) => [part.wanted, part]));
      return await Promise.all(wanted.map((one, index) => toSlice(one, found.get(index))));
    },
    { cache: false, maxBatchSize: PARTS_AT_ONCE },
  );
  return (wanted) => loader.load(wanted);
}

/** The maximum number of parts read by one statement. A part has up to 200 kB. */
const PARTS_AT_ONCE = 200;

const SELECT_PART = `(SELECT ? AS wanted, first_row, row_count, data FROM ${RESULTS}
  WHERE job_id = ? AND epoch = ? AND ordering = ? AND first_row <= ? ORDER BY part DESC LIMIT 1)`;

interface PartRow {
  readonly wanted: number;
  readonly first_row: number;
  readonly row_count: number;
  readonly data: Buffer;
}

async function toSlice(
  { result, row }: WantedPart,
  part: PartRow | undefined,
): Promise<Slice | ReportsError> {
  if (part === undefined || part.first_row + part.row_count <= row) return expired();
  return { firstRow: part.first_row, table: await decodePart(part.data, part.row_count, result.columns) };
}

interface SavedResult extends Pick<ReportTable, 'columns'> {
  readonly jobId: string;
  readonly epoch: number;
  readonly rows: number;
}

/** The job's row alone identifies the result, and no longer changes after the job has ended. */
function resultOf({ id, epoch, summary, report }: ResultOwner): SavedResult {
  return { jobId: id, epoch, rows: summary?.rowCount ?? 0, columns: report.columns };
}

/** Consecutive rows, and the position of the first row. */
interface Slice {
  readonly firstRow: number;
  readonly table: ReportTable;
}

/** The sweeper removed parts while they were being read. An incomplete result must not look complete. */
function expired(): ReportsError {
  return new ReportsError('RESULT_EXPIRED', 'The result was removed, since its time is over.');
}
