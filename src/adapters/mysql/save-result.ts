import type { Knex } from 'knex';
import type { Claim } from '../../jobs/job.js';
import { sortedIndexes, takeRows, type ReportTable } from '../../reports/report-table.js';
import { ordersOf, type RowOrder } from '../../reports/row-order.js';
import { RESULTS } from './job-row.js';
import { encodePart, partsOf, ROWS_PER_PART } from './result-part.js';
import type { Session, Statement } from './session.js';

/**
 * The maximum bytes of parts in one INSERT. mysql2 writes bytes in hexadecimal, and the smallest packet limit is 1 MB.
 */
const BYTES_PER_INSERT = 1 << 18;
/**
 * The number of rows that are packed at the same time: enough parts for all threads of the pool, and few enough to
 * bound the memory.
 */
const ROWS_AT_ONCE = 8 * ROWS_PER_PART;

/**
 * Writes a table in every order in which it can be read. A table of one part is written in one order only, and sorted
 * when it is read.
 *
 * @returns the last INSERT, not sent yet, so that it shares a message with the end of the transaction; none for an
 *   empty table
 */
export async function saveResult(
  knex: Knex,
  session: Session,
  claim: Claim,
  table: ReportTable,
  ttlSeconds: number,
): Promise<readonly Statement[]> {
  let written: Promise<unknown> = Promise.resolve();
  let last: Statement | undefined;
  for await (const rows of insertsOf(knex, claim, table, ttlSeconds)) {
    await written;
    // The server writes one INSERT while the next is sorted and packed; the next `await written` throws its error.
    if (last !== undefined) written = session.change(last);
    written.catch(() => {});
    last = knex(RESULTS).insert(rows);
  }
  await written;
  return last === undefined ? [] : [last];
}

/** Yields the rows of one INSERT at a time. */
async function* insertsOf(
  knex: Knex,
  claim: Claim,
  table: ReportTable,
  ttlSeconds: number,
): AsyncGenerator<readonly object[]> {
  const expires_at = knex.raw('UTC_TIMESTAMP(3) + INTERVAL ? SECOND', [ttlSeconds]);
  for (const order of savedOrders(table)) {
    const place = { job_id: claim.id, epoch: claim.epoch, ordering: order.name, expires_at };
    for await (const batch of inBatches(encodedParts(table, order))) {
      yield batch.map((part) => ({ ...place, ...part }));
    }
  }
}

/**
 * The order "descending by key" is not saved, because a reader gets it by reading "ascending by key" backwards. No
 * other order can be read backwards: rows with equal values are in ascending order of their keys in both directions.
 */
function savedOrders(table: ReportTable): readonly RowOrder[] {
  const [first, , ...others] = ordersOf(table.columns);
  if (first === undefined) return [];
  const [only] = partsOf(table);
  return only === undefined || only[1] === table.rowCount ? [first] : [first, ...others];
}

interface Part {
  readonly part: number;
  readonly first_row: number;
  readonly row_count: number;
  readonly data: Buffer;
}

/**
 * The parts of a table in the given order. Row numbers are sorted and the rows copied slice by slice, so that the table
 * is not copied as a whole.
 */
async function* encodedParts(table: ReportTable, order: RowOrder): AsyncGenerator<Part> {
  const indexes = sortedIndexes(table, order);
  let part = 0;
  for (let first = 0; first < indexes.length; first += ROWS_AT_ONCE) {
    const slice = takeRows(table, indexes.subarray(first, first + ROWS_AT_ONCE));
    const packing = [...partsOf(slice)].map(async ([start, end]) => ({
      first_row: first + start,
      row_count: end - start,
      data: await encodePart(slice, start, end),
    }));
    for (const packed of await Promise.all(packing)) yield { part: part++, ...packed };
  }
}

async function* inBatches(parts: AsyncIterable<Part>): AsyncGenerator<readonly Part[]> {
  let batch: Part[] = [];
  let bytes = 0;
  for await (const part of parts) {
    if (batch.length > 0 && bytes + part.data.length > BYTES_PER_INSERT) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(part);
    bytes += part.data.length;
  }
  if (batch.length > 0) yield batch;
}
