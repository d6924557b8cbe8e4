import type { ResultOwner, ResultPage, ResultStore } from '../../src/jobs/ports/result-store.js';
import type { ReportTable } from '../../src/reports/report-table.js';
import type { RowOrder } from '../../src/reports/row-order.js';

/** Reads one page. */
export async function readRows(
  results: Pick<ResultStore, 'readPages'>,
  result: ResultOwner,
  order: RowOrder,
  range: Pick<ResultPage, 'offset' | 'limit'>,
): Promise<ReportTable> {
  const [page] = await results.readPages([{ result, order, ...range }]);
  if (page === undefined) throw new Error('There should be a page.');
  if (page instanceof Error) throw page;
  return page;
}
