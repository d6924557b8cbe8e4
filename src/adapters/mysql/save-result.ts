import type { Knex } from 'knex';
import type { Claim } from '../../jobs/job.js';
import { sortTable, type ReportTable } from '../../reports/report-table.js';
import { ordersOf, type RowOrder } from '../../reports/row-order.js';
import { RESULTS } from './job-row.js';
import { encodePart, partsOf } from './result-part.js';
import type { Session, Statement } from './session.js';

/** Bytes of parts in one INSERT. mysql2 writes them in hexadecimal, and a packet may be 1 MB at the least. */
const BYTES_PER_INSERT = 1 << 18;
/** Parts that are packed at a time: as many as the thread pool has use for, and no more in memory. */
const PARTS_AT_ONCE = 8;

/**
 * Writes a table in every order that it may be read in; one that fits a part is sorted when it is read.
 *
 * @returns the last INSERT, which is left to be sent with what else the transaction has to say; none for an empty table
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
    // The server writes one while the next is sorted and packed; should it fail, the next `await written` says so.
    if (last !== undefined) written = session.change(last);
    written.catch(() => {});
    last = knex(RESULTS).insert(rows);
  }
  await written;
  return last === undefined ? [] : [last];
}

/** The rows of one INSERT after the other. */
async function* insertsOf(
  knex: Knex,
  claim: Claim,
  table: ReportTable,
  ttlSeconds: number,
): AsyncGenerator<readonly object[]> {
  const expires_at = knex.raw('UTC_TIMESTAMP(3) + INTERVAL ? SECOND', [ttlSeconds]);
  for (const order of savedOrders(table)) {
    const place = { job_id: claim.id, epoch: claim.epoch, ordering: order.name, expires_at };
    for await (const batch of inBatches(encodedParts(sortTable(table, order)))) {
      yield batch.map((part) => ({ ...place, ...part }));
    }
  }
}

/**
 * By descending key is by ascending key read backwards. The others are not: equal rows stand by ascending key in both
 * directions.
 */
function savedOrders(table: ReportTable): readonly RowOrder[] {
  const [first, , ...others] = ordersOf(table.columns);
  const [end = 0] = [...partsOf(table)].map(([, last]) => last);
  return first === undefined ? [] : end === table.rowCount ? [first] : [first, ...others];
}

interface Part {
  readonly part: number;
  readonly first_row: number;
  readonly row_count: number;
  readonly data: Buffer;
}

async function* encodedParts(table: ReportTable): AsyncGenerator<Part> {
  const parts = [...partsOf(table)];
  for (let first = 0; first < parts.length; first += PARTS_AT_ONCE) {
    const packing = parts.slice(first, first + PARTS_AT_ONCE).map(async ([start, end], index) => ({
      part: first + index,
      first_row: start,
      row_count: end - start,
      data: await encodePart(table, start, end),
    }));
    yield* await Promise.all(packing);
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
