import { queryName } from '../reports/check-definition.js';
import { snakeCase } from '../reports/names.js';
import type { ReportDefinition } from '../reports/report-definition.js';
import { isKey } from '../reports/result-columns.js';

/** Describes a kind of report to people, and to programs that make forms and tables from the description. */
export function describeKind({ name, title, description, rows, columns, filter }: ReportDefinition) {
  return {
    name,
    title,
    description,
    maxRows: rows.most,
    columns: columns.map((column) => ({
      name: column.name,
      restName: snakeCase(column.name),
      type: column.type,
      scale: column.scale,
      description: column.description,
      isTotal: column.isTotal,
      isKey: isKey(column),
      inFiles: column.inFiles,
    })),
    filter: Object.entries(filter).map(([member, condition]) => ({
      name: member,
      restName: snakeCase(member),
      queryName: queryName(member, condition),
      type: condition.column.type,
      isList: condition.operator === 'oneOf',
      description: condition.description,
    })),
  };
}
