import { postsReport } from '../../reports/kinds/posts-report.js';
import type { SyncReports } from '../../jobs/sync-reports.js';
import { isHead, type Call } from './call.js';
import { negotiateFormat } from './negotiate.js';
import { queryParser } from './parse-input.js';
import { reportHeaders, reportResponse, slicesOf } from './report-body.js';
import { filterQuery, orderQuery } from './request-schemas.js';

export const syncReportQuery = { ...filterQuery, ...orderQuery };
const parseQuery = queryParser(syncReportQuery);

/** `GET /api/1.0/report/posts`: the report in the answer. HEAD checks the request and runs nothing. */
export function createSyncReport(deps: { readonly syncReports: Pick<SyncReports, 'run'> }) {
  return async ({ request, query }: Call): Promise<Response> => {
    const format = negotiateFormat(request.headers);
    const { order_by: order = 'USER_ID_ASC', ...conditions } = parseQuery(query);
    const filter = toFilter(conditions);
    const fileName = 'posts-report';
    if (isHead(request)) {
      postsReport.parseFilter(filter);
      return new Response(null, { headers: reportHeaders({ format, fileName }) });
    }
    const { table } = await deps.syncReports.run(postsReport.name, filter, request.signal);
    const slices = slicesOf(table, order);
    return await reportResponse({ slices, rowCount: table.userIds.length, format, fileName }, request);
  };
}

export interface RestFilter {
  readonly user_id?: readonly number[] | undefined;
  readonly created_from?: string | undefined;
  readonly created_to?: string | undefined;
}

/** In the core's names. */
export function toFilter(filter: RestFilter) {
  return { userIds: filter.user_id, createdFrom: filter.created_from, createdTo: filter.created_to };
}
