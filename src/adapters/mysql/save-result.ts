import type { Knex } from 'knex';
import type { Claim } from '../../jobs/job.js';
import { sortTable, type ReportTable, type RowOrder } from '../../reports/report.js';
import { RESULTS } from './job-row.js';
import { encodePart, ROWS_PER_PART } from './result-part.js';
import type { Session, Statement } from './session.js';

/** USER_ID_DESC is USER_ID_ASC read backwards. The others are not: equal rows stand by ascending user id in both. */
const SAVED_ORDERS: readonly RowOrder[] = [
  'USER_ID_ASC',
  'TOTAL_WORDS_ASC',
  'TOTAL_WORDS_DESC',
  'TOTAL_POSTS_ASC',
  'TOTAL_POSTS_DESC',
];

/** Bytes of parts in one INSERT. mysql2 writes them in hexadecimal, and a packet may be 1 MB at the least. */
const BYTES_PER_INSERT = 1 << 18;

/**
 * Writes a table in every order that it may be read in; one that fits a part is sorted by who reads it.
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
  for await (const rows of batchesOf(knex, claim, table, ttlSeconds)) {
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
async function* batchesOf(
  knex: Knex,
  claim: Claim,
  table: ReportTable,
  ttlSeconds: number,
): AsyncGenerator<readonly object[]> {
  const orders = table.userIds.length > ROWS_PER_PART ? SAVED_ORDERS : SAVED_ORDERS.slice(0, 1);
  const expires_at = knex.raw('UTC_TIMESTAMP(3) + INTERVAL ? SECOND', [ttlSeconds]);
  for (const ordering of orders) {
    const place = { job_id: claim.id, epoch: claim.epoch, ordering, expires_at };
    for (const batch of inBatches(await encodeParts(sortTable(table, ordering)))) {
      yield batch.map((part) => ({ ...place, ...part }));
    }
  }
}

interface Part {
  readonly part: number;
  readonly first_row: number;
  readonly row_count: number;
  readonly data: Buffer;
}

async function encodeParts(table: ReportTable): Promise<readonly Part[]> {
  const rows = table.userIds.length;
  const parts = Array.from({ length: Math.ceil(rows / ROWS_PER_PART) }, async (_, part) => {
    const first_row = part * ROWS_PER_PART;
    const end = Math.min(first_row + ROWS_PER_PART, rows);
    return { part, first_row, row_count: end - first_row, data: await encodePart(table, first_row, end) };
  });
  return Promise.all(parts);
}

function* inBatches(parts: readonly Part[]): Generator<readonly Part[]> {
  let batch: Part[] = [];
  let bytes = 0;
  for (const part of parts) {
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
