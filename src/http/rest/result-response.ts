import type { FinishedJob } from '../../jobs/read-result.js';
import type { ResultStore } from '../../jobs/ports/result-store.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { RowOrder } from '../../reports/row-order.js';
import { isHead } from './call.js';
import { matchesEtag, notModified } from './etag.js';
import { RestInputError } from './input-errors.js';
import { negotiateFormat } from './negotiate.js';
import { reportHeaders, reportResponse } from './report-body.js';
import type { ReportFormat } from './request-schemas.js';

/** How a result is to be shown, on the result's own address and on a request that waits. */
export interface ResultView {
  readonly format: ReportFormat;
  readonly order: RowOrder;
}

/** Of a query whose order was parsed already. `format` wins over `Accept`. @throws ReportsError NOT_ACCEPTABLE */
export function requestView(
  query: Readonly<Record<string, unknown>>,
  { orders }: ReportDefinition,
  headers: Headers,
): ResultView {
  const { format, order_by: order } = query as { format?: ReportFormat; order_by?: RowOrder };
  return { format: format ?? negotiateFormat(headers), order: order ?? orders[0] };
}

/** @throws RestInputError unless it is one of the report's orders */
export function orderOf({ orders }: ReportDefinition, name: string | undefined): RowOrder {
  const order = name === undefined ? orders[0] : orders.find(({ restName }) => restName === name);
  if (order !== undefined) return order;
  const names = orders.map(({ restName }) => restName).join(', ');
  throw new RestInputError([{ parameter: 'order_by', detail: `order_by must be one of ${names}.` }]);
}

/** The saved result, streamed. It never changes, so that its ETag needs no look at it. */
export async function resultResponse(
  deps: { readonly results: Pick<ResultStore, 'streamRows'> },
  job: FinishedJob,
  { format, order }: ResultView,
  request: Request,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const fileName = `${job.kind}-report-${job.id}`;
  const etag = `W/"${job.id}-${order.name}-${format}"`;
  const common = { etag, ...headers };
  if (matchesEtag(request, etag)) return notModified(common);
  if (isHead(request)) {
    return new Response(null, { headers: { ...reportHeaders({ format, fileName }), ...common } });
  }
  const slices = deps.results.streamRows(job, order);
  const { columns } = job.report;
  const { rowCount } = job.summary;
  return await reportResponse({ columns, slices, rowCount, format, fileName }, request, common);
}
