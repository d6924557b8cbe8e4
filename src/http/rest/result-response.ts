import type { FinishedJob } from '../../jobs/read-result.js';
import type { ResultStore } from '../../jobs/ports/result-store.js';
import type { RowOrder } from '../../reports/report.js';
import { isHead } from './call.js';
import { matchesEtag, notModified } from './etag.js';
import { negotiateFormat } from './negotiate.js';
import { reportHeaders, reportResponse } from './report-body.js';
import { formatQuery, orderQuery, type ReportFormat } from './request-schemas.js';

/** How a result is to be shown, on the result's own address and on a request that waits. */
export const resultQuery = { ...formatQuery, ...orderQuery };

export interface ResultView {
  readonly format: ReportFormat;
  readonly order: RowOrder;
}

/** `format` wins over `Accept`. @throws ReportsError NOT_ACCEPTABLE */
export function resultView(
  query: { format?: ReportFormat | undefined; order_by?: RowOrder | undefined },
  headers: Headers,
): ResultView {
  return { format: query.format ?? negotiateFormat(headers), order: query.order_by ?? 'USER_ID_ASC' };
}

/** The saved result, streamed. It never changes, so that its ETag needs no look at it. */
export async function resultResponse(
  deps: { readonly results: Pick<ResultStore, 'streamRows'> },
  job: FinishedJob,
  { format, order }: ResultView,
  request: Request,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const fileName = `posts-report-${job.id}`;
  const etag = `W/"${job.id}-${order}-${format}"`;
  const common = { etag, ...headers };
  if (matchesEtag(request, etag)) return notModified(common);
  if (isHead(request)) {
    return new Response(null, { headers: { ...reportHeaders({ format, fileName }), ...common } });
  }
  const slices = deps.results.streamRows(job, order);
  return await reportResponse(
    { slices, rowCount: job.summary.totalUsers, format, fileName },
    request,
    common,
  );
}
