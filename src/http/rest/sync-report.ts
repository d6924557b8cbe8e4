import type { ErrorCode } from '../../reports/errors.js';
import type { SyncReports } from '../../jobs/sync-reports.js';
import { pascalCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { Services } from '../services.js';
import type { Route } from '../web/route.js';
import { SYNC_REPORT } from '../addresses.js';
import { negotiateFormat } from './formats.js';
import { operation } from './operation.js';
import { reportAnswer, reportHeaders, slicesOf } from './report-body.js';
import { createReportInput } from './report-input.js';
import { reportContent, type AnswerSchemas } from './response-schemas.js';

interface SyncReportDeps extends Pick<Services, 'pace'> {
  readonly syncReports: Pick<SyncReports, 'run'>;
  readonly schemas: AnswerSchemas;
}

const PROBLEMS: readonly ErrorCode[] = [
  'RESULT_TOO_LARGE',
  'SOURCE_MISMATCH',
  'SYNC_BUSY',
  'TIMEOUT',
  'SERVICE_UNAVAILABLE',
];

/** Answers with the report itself. A HEAD request is checked, but makes no report. */
export function createSyncReportRoute(
  { syncReports, pace, schemas }: SyncReportDeps,
  report: ReportDefinition,
): Route {
  const input = createReportInput(report);
  const fileName = `${report.name}-report`;
  const get = operation({
    id: `get${pascalCase(report.name)}Report`,
    tag: 'report',
    summary: `${report.title}, while the caller waits`,
    description: `${report.description} All rows, in the format that \`Accept\` prefers. HEAD checks the request and makes no report.`,
    query: input.syncQuery,
    queryNameOf: input.queryNameOf,
    answers: { 200: { description: 'The report.', content: reportContent(report, schemas) } },
    problems: PROBLEMS,
    refusesForeignPages: true,
    async handle({ exchange, query }) {
      const format = negotiateFormat(exchange.headers);
      const { order_by: order = report.orders[0], ...conditions } = query;
      const filter = input.admit(exchange.requester, 'query', conditions);
      if (exchange.method === 'HEAD') return { status: 200, headers: reportHeaders({ format, fileName }) };
      const task = { kind: report.name, definition: report.fingerprint, filter };
      const { table } = await syncReports.run(task, exchange.signal);
      const slices = slicesOf(table, order as RowOrder);
      const body = { columns: table.columns, slices, rowCount: table.rowCount, format, fileName };
      return await reportAnswer(pace, body, exchange);
    },
  });
  return { path: SYNC_REPORT(report.name), get };
}
