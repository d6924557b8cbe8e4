import type { FinishedJob } from '../../jobs/read-result.js';
import type { ResultStore } from '../../jobs/ports/result-store.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { Services } from '../services.js';
import type { Answer } from '../web/answer.js';
import { matchesEtag, notModified } from '../web/etag.js';
import type { Exchange } from '../web/exchange.js';
import type { RequestHeaders } from '../web/headers.js';
import { InputError } from '../web/input-error.js';
import { negotiateFormat, type ReportFormat } from './formats.js';
import { reportAnswer, reportHeaders, VARY } from './report-body.js';

/** The format and order in which a result is written. */
export interface ResultView {
  readonly format: ReportFormat;
  readonly order: RowOrder;
}

/**
 * The format and order for a request. `order_by` in the query was parsed before. `format` has precedence over `Accept`.
 * @throws ReportsError NOT_ACCEPTABLE
 */
export function requestView(
  query: Readonly<Record<string, unknown>>,
  { orders }: ReportDefinition,
  headers: RequestHeaders,
): ResultView {
  const { format, order_by: order } = query as { format?: ReportFormat; order_by?: RowOrder };
  return { format: format ?? negotiateFormat(headers), order: order ?? orders[0] };
}

/**
 * The report's order of this name; the first order without a name.
 * @throws InputError when the report has no order of this name
 */
export function orderOf({ orders }: ReportDefinition, name: string | undefined): RowOrder {
  const order = name === undefined ? orders[0] : orders.find(({ restName }) => restName === name);
  if (order !== undefined) return order;
  const names = orders.map(({ restName }) => restName).join(', ');
  throw new InputError([{ parameter: 'order_by', detail: `order_by must be one of ${names}.` }]);
}

export interface ResultDeps extends Pick<Services, 'pace'> {
  readonly results: Pick<ResultStore, 'streamRows'>;
}

/** Streams a saved result. A result never changes, so its ETag is known before the result is read. */
export async function resultAnswer(
  deps: ResultDeps,
  job: FinishedJob,
  { format, order }: ResultView,
  exchange: Exchange,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const fileName = `${job.kind}-report-${job.id}`;
  const etag = `W/"${job.id}-${order.name}-${format}"`;
  const common = { etag, ...headers };
  if (matchesEtag(exchange, etag)) return notModified({ vary: VARY, ...common });
  if (exchange.method === 'HEAD')
    return { status: 200, headers: { ...reportHeaders({ format, fileName }), ...common } };
  const slices = deps.results.streamRows(job, order);
  const { columns } = job.report;
  const { rowCount } = job.summary;
  return await reportAnswer(deps.pace, { columns, slices, rowCount, format, fileName }, exchange, common);
}
