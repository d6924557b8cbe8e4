import { camelCase, pascalCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';

/** The GraphQL names of a report: for `posts-per-day` they are `postsPerDayReport`, `PostsPerDayReport` and so on. */
export function namesOf({ name, rows }: Pick<ReportDefinition, 'name' | 'rows'>) {
  const type = pascalCase(name);
  return {
    query: `${camelCase(name)}Report`,
    mutation: `request${type}Report`,
    report: `${type}Report`,
    row: `${type}ReportRow`,
    connection: `${type}ReportRowConnection`,
    edge: `${type}ReportRowEdge`,
    order: `${type}ReportOrder`,
    filter: `${type}ReportFilter`,
    input: `Request${type}ReportInput`,
    payload: `Request${type}ReportPayload`,
    /** The field with the number of rows: `totalDays`. */
    total: `total${pascalCase(rows.name)}`,
  };
}
