import { hash } from 'node:crypto';
import { checkedLimit } from '../../jobs/find-jobs.js';
import type { FinishedJob } from '../../jobs/read-result.js';
import type { RequesterReads } from '../job-reads/requester-reads.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import { rowAt, type ReportRow } from '../../reports/cells.js';
import { BadInputError } from '../../reports/errors.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { ReportTable } from '../../reports/report-table.js';
import type { Report, ReportSummary } from '../../reports/report.js';
import { decodeRowCursor, encodeRowCursor } from '../../reports/row-cursor.js';
import type { RowOrder } from '../../reports/row-order.js';
import { selectRows } from '../../reports/select-rows.js';
import type { Page } from './connection.js';

/** A report whose rows can be read in pages. The report is saved in the database or only in memory. */
export interface ReadableReport {
  readonly report: ReportDefinition;
  readonly summary: ReportSummary;
  /** @throws BadInputError if `first` is invalid, or if `after` is not a cursor of this report in this order */
  readonly page: (request: RowsRequest) => Promise<RowPage>;
}

interface RowPage extends Page<ReportRow> {
  readonly totalCount: number;
}

export interface RowsRequest {
  /** The name of one of the orders in the report definition. */
  readonly orderBy: string;
  readonly first: number;
  readonly after?: string | null | undefined;
}

/**
 * A report in memory. A cursor contains the values by which its row is sorted, so that it is also valid in a later
 * report with the same filter.
 */
export function freshReport(
  report: ReportDefinition,
  { summary, table }: Report,
  filter: CanonicalFilter,
): ReadableReport {
  const digest = hash('sha256', JSON.stringify(filter), 'base64url').slice(0, 16);
  return {
    report,
    summary,
    page: async ({ orderBy, first, after }) => {
      const list = `${report.name}:${digest}:${orderBy}`;
      const limit = checkedLimit(['first'], first);
      const position = decodeRowCursor(list, ['after'], after);
      const { rows, positions, before } = await selectRows(table, orderNamed(report, orderBy), {
        after: position,
        limit,
      });
      const cursors = positions.map((one) => encodeRowCursor(list, one));
      return pageOf(rows, cursors, before, summary.rowCount);
    },
  };
}

/** A saved report. Its cursors are row numbers, because a saved report never changes. */
export function savedReport(reads: Pick<RequesterReads, 'readPage'>, job: FinishedJob): ReadableReport {
  const { report, summary } = job;
  return {
    report,
    summary,
    page: async ({ orderBy, first, after }) => {
      const list = `${job.id}:${orderBy}`;
      const limit = checkedLimit(['first'], first);
      const offset = Math.max(0, decodeRowCursor(list, ['after'], after)?.value ?? 0);
      const rows = await reads.readPage({ result: job, order: orderNamed(report, orderBy), offset, limit });
      const cursors = Array.from({ length: rows.rowCount }, (_, index) =>
        encodeRowCursor(list, { value: offset + index + 1, key: 0 }),
      );
      return pageOf(rows, cursors, Math.min(offset, summary.rowCount), summary.rowCount);
    },
  };
}

function pageOf(rows: ReportTable, cursors: readonly string[], before: number, totalCount: number): RowPage {
  return {
    entries: cursors.map((cursor, row) => ({ cursor, node: rowAt(rows, row) })),
    hasPrevious: before > 0,
    hasNext: before + rows.rowCount < totalCount,
    totalCount,
  };
}

function orderNamed({ orders }: ReportDefinition, name: string): RowOrder {
  const order = orders.find((one) => one.name === name);
  if (order === undefined) throw new BadInputError(['orderBy'], 'is not an order of this report.');
  return order;
}
