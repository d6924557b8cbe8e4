import type { Knex } from 'knex';
import type { Claim } from '../../reports/job.js';
import { sortTable, type ReportTable, type RowOrder } from '../../reports/report.js';
import { RESULTS } from './job-row.js';
import { encodePart, ROWS_PER_PART } from './result-part.js';
import type { Session } from './session.js';

/** USER_ID_DESC is USER_ID_ASC read backwards. The others are not: equal rows stand by ascending user id in both. */
const SAVED_ORDERS: readonly RowOrder[] = [
  'USER_ID_ASC',
  'TOTAL_WORDS_ASC',
  'TOTAL_WORDS_DESC',
  'TOTAL_POSTS_ASC',
  'TOTAL_POSTS_DESC',
];

/** Bytes of parts in one INSERT. mysql2 writes them in hexadecimal, and a packet may be 4 MB at the least. */
const BYTES_PER_INSERT = 1 << 20;

/** Writes a table in every order that it may be read in; one that fits a part is sorted by who reads it. */
export async function saveResult(
  knex: Knex,
  session: Session,
  claim: Claim,
  table: ReportTable,
  ttlSeconds: number,
): Promise<void> {
  const rows = table.userIds.length;
  const orders = rows > ROWS_PER_PART ? SAVED_ORDERS : SAVED_ORDERS.slice(0, 1);
  const expires_at = knex.raw('UTC_TIMESTAMP(3) + INTERVAL ? SECOND', [ttlSeconds]);
  for (const order of orders) {
    const sorted = sortTable(table, order);
    const starts = Array.from({ length: Math.ceil(rows / ROWS_PER_PART) }, (_, part) => part * ROWS_PER_PART);
    const parts = await Promise.all(
      starts.map(async (first_row, part) => {
        const end = Math.min(first_row + ROWS_PER_PART, rows);
        const data = await encodePart(sorted, first_row, end);
        const place = { job_id: claim.id, epoch: claim.epoch, ordering: order, part };
        return { ...place, first_row, row_count: end - first_row, data, expires_at };
      }),
    );
    for (const batch of inBatches(parts)) await session.change(knex(RESULTS).insert(batch));
  }
}

function* inBatches<Part extends { readonly data: Buffer }>(parts: readonly Part[]): Generator<Part[]> {
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
