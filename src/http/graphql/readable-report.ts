import { createHash } from 'node:crypto';
import { decodeRowCursor, encodeRowCursor } from '../../reports/row-cursor.js';
import { checkedLimit } from '../../jobs/find-jobs.js';
import type { CanonicalFilter, ReportSummary } from '../../reports/report.js';
import type { ResultStore } from '../../jobs/ports/result-store.js';
import type { FinishedJob } from '../../jobs/read-result.js';
import type { Report, ReportRow, RowOrder } from '../../reports/report.js';
import { rowPosition, selectRows } from '../../reports/select-rows.js';
import type { Page } from './connection.js';

/** A report whose rows can be read a page at a time, wherever they are. */
export interface ReadableReport {
  readonly summary: ReportSummary;
  /** @throws BadInputError on a bad `first` or a foreign `after` */
  readonly page: (request: RowsRequest) => Promise<Page<ReportRow>>;
}

export interface RowsRequest {
  readonly orderBy: RowOrder;
  readonly first: number;
  readonly after?: string | null | undefined;
}

/** A report at hand. Its cursors hold what a row is sorted by, so that they go on in a later report of the filter. */
export function freshReport(report: Report, kind: string, filter: CanonicalFilter): ReadableReport {
  const digest = createHash('sha256').update(JSON.stringify(filter)).digest('base64url').slice(0, 16);
  return {
    summary: report.summary,
    page: async ({ orderBy, first, after }) => {
      const list = `${kind}:${digest}:${orderBy}`;
      const limit = checkedLimit(['first'], first);
      const position = decodeRowCursor(list, ['after'], after);
      const { rows, before } = await selectRows(report.table, orderBy, { after: position, limit });
      const totalCount = report.summary.totalUsers;
      return {
        entries: rows.map((node) => {
          const { value, userId } = rowPosition(node, orderBy);
          return { node, cursor: encodeRowCursor(list, value, userId) };
        }),
        hasPrevious: before > 0,
        hasNext: before + rows.length < totalCount,
        totalCount,
      };
    },
  };
}

/** A saved report, which never changes: a cursor is a row's number. */
export function savedReport(results: Pick<ResultStore, 'readRows'>, job: FinishedJob): ReadableReport {
  return {
    summary: job.summary,
    page: async ({ orderBy, first, after }) => {
      const list = `${job.id}:${orderBy}`;
      const limit = checkedLimit(['first'], first);
      const offset = Math.max(0, decodeRowCursor(list, ['after'], after)?.value ?? 0);
      const rows = await results.readRows(job, orderBy, { offset, limit });
      const totalCount = job.summary.totalUsers;
      return {
        entries: rows.map((node, index) => ({
          node,
          cursor: encodeRowCursor(list, offset + index + 1, node.userId),
        })),
        hasPrevious: offset > 0 && totalCount > 0,
        hasNext: offset + rows.length < totalCount,
        totalCount,
      };
    },
  };
}
