import type { SyncReports } from '../../jobs/sync-reports.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { Handler } from '../web/route.js';
import { negotiateFormat } from './formats.js';
import { queryParser } from './parse-input.js';
import { reportAnswer, reportHeaders, slicesOf } from './report-body.js';
import { createReportInput } from './report-input.js';

/** `GET /api/1.0/report/{kind}`: the report in the answer. HEAD checks the request and runs nothing. */
export function createSyncReport(
  deps: { readonly syncReports: Pick<SyncReports, 'run'> },
  report: ReportDefinition,
): Handler {
  const input = createReportInput(report);
  const parseQuery = queryParser(input.syncQuery);
  return async (exchange) => {
    const { headers, query, requester, signal } = exchange;
    const format = negotiateFormat(headers);
    const { order_by: order = report.orders[0], ...conditions } = parseQuery(query);
    const filter = input.admit(requester, 'query', conditions);
    const fileName = `${report.name}-report`;
    if (exchange.method === 'HEAD') return { status: 200, headers: reportHeaders({ format, fileName }) };
    const task = { kind: report.name, definition: report.fingerprint, filter };
    const { table } = await deps.syncReports.run(task, signal);
    const slices = slicesOf(table, order as RowOrder);
    return await reportAnswer(
      { columns: table.columns, slices, rowCount: table.rowCount, format, fileName },
      exchange,
    );
  };
}
