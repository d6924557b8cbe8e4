import type { ReportCatalog } from '../../reports/report-catalog.js';
import { describeKind } from '../report-kinds.js';
import { json } from '../web/answer.js';
import { negotiateType } from '../web/negotiate.js';
import type { Handler } from '../web/route.js';
import { refuseQuery } from './parse-input.js';

/** `GET /api/2.0/report/kinds`: the reports that can be requested, and what each of them takes and holds. */
export function createKindList({ reports }: Pick<ReportCatalog, 'reports'>): Handler {
  const data = reports.map(describeKind).map(({ maxRows, columns, filter, ...kind }) => ({
    ...kind,
    max_rows: maxRows,
    columns: columns.map(({ restName, isKey, isTotal, inFiles, ...column }) => ({
      ...column,
      rest_name: restName,
      is_key: isKey,
      is_total: isTotal,
      in_files: inFiles,
    })),
    filter: filter.map(({ restName, queryName, isList, ...member }) => ({
      ...member,
      rest_name: restName,
      query_name: queryName,
      is_list: isList,
    })),
  }));
  return ({ headers, query }) => {
    negotiateType(headers, ['application/json']);
    refuseQuery(query);
    return json({ data });
  };
}
