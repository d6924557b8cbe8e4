import type { ReportCatalog } from '../../reports/report-catalog.js';
import { json } from '../openapi/describe.js';
import { describeKind } from '../report-kinds.js';
import { json as jsonAnswer } from '../web/answer.js';
import type { Route } from '../web/route.js';
import { KINDS } from '../addresses.js';
import { operation } from './operation.js';
import { kindListSchema } from './response-schemas.js';

/** Lists the kinds of reports, with their conditions and columns. */
export function createKindsRoute({ reports }: Pick<ReportCatalog, 'reports'>): Route {
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
  return {
    path: KINDS,
    get: operation({
      id: 'listKinds',
      tag: 'report',
      summary: 'The reports that can be requested',
      description: 'The answer has their columns and the conditions that a request may set.',
      accept: ['application/json'],
      answers: { 200: json('The reports.', kindListSchema) },
      problems: [],
      handle: () => jsonAnswer({ data }),
    }),
  };
}
