import type { FilterMember } from '../../reports/filter-members.js';
import { snakeCase } from '../../reports/names.js';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { ColumnType } from '../../reports/source-columns.js';
import { namesOf } from './report-names.js';

/** The part of the schema that is generated from the definitions of reports. */
export function reportSdl({ reports }: Pick<ReportCatalog, 'reports'>): string {
  return [...reports.map(sdlOf), appliedFilter(reports)].join('\n');
}

function sdlOf(report: ReportDefinition): string {
  const { columns, orders } = report;
  const names = namesOf(report);
  const [key] = columns;
  // GraphQL has no input type without fields.
  const hasFilter = Object.keys(report.filter).length > 0;
  const filterField = `"The conditions on the rows; absent, null and \`{}\` mean all rows."\n  filter: ${names.filter}`;
  return `extend type Query {
${described(
  `${report.title}, now: the answer waits for the report. For a large table, request a job instead. Fails with ` +
    '`SYNC_BUSY` when all slots are taken, and with `TIMEOUT` when the report takes too long; ' +
    '`extensions.retryAfterSeconds` is the time to wait before another try.',
)}
  ${names.query}${hasFilter ? `(${filterField})` : ''}: ${names.report}!
}

extend type Mutation {
${described(
  `${report.title}, as a job: the answer comes when the job is saved, and a worker makes the report. Equal requests ` +
    'of one requester share an open job (`coalesced`), or a report that is not older than `maxAgeSeconds` (`reused`).',
)}
  ${names.mutation}(
    "The conditions and options of the request; absent or null means all rows and no waiting."
    input: ${names.input}
  ): ${names.payload}!
}

${text(report.description)}
type ${names.report} implements Report {
  "The kind of the report: \`${report.name}\`."
  kind: String!
  "The number of rows in the report."
  rowCount: SafeInt!
  "The rows, in pages."
  rows(
    "The order of the rows; equal rows are ordered by ascending key."
    orderBy: ${names.order}! = ${orders[0].name}
    "The maximum number of rows, 1 to 1,000."
    first: Int! = 100
    "The page begins after this cursor, which must be from the same report and order."
    after: String
  ): ${names.connection}!
  "The number of ${report.rows.name}, which is the number of rows."
  ${names.total}: SafeInt!
${columns
  .filter(({ isTotal }) => isTotal)
  .map(
    (column) => `  "The sum of \`${column.name}\` over all rows."\n  ${column.name}: ${outputType(column)}!`,
  )
  .join('\n')}
  "The time of the data in the report: the clock of the service's database just before the source was read."
  asOf: DateTime!
  "The time that reading and counting took, in milliseconds."
  durationMs: Int!
}

"A page of the report's rows."
type ${names.connection} {
  "The rows with their cursors."
  edges: [${names.edge}!]!
  "The rows without their cursors."
  nodes: [${names.row}!]!
  "The position of the page in the report."
  pageInfo: PageInfo!
  "The number of rows in the whole report."
  totalCount: Int!
}

"A row of the report, with its cursor."
type ${names.edge} {
  "An opaque text that identifies the row's position in this report and order."
  cursor: String!
  "The row."
  node: ${names.row}!
}

"A row of the report; its key is \`${key.name}\`."
type ${names.row} {
${columns.map((column) => `  ${text(column.description)}\n  ${column.name}: ${outputType(column)}!`).join('\n')}
}

"The order of the report's rows; equal rows are ordered by ascending key."
enum ${names.order} {
${orders.map((order) => `  ${text(orderMeaning(order, columns))}\n  ${order.name}`).join('\n')}
}

${hasFilter ? filterInput(report) : ''}
"The conditions and options of a request."
input ${names.input} {
  ${hasFilter ? filterField : ''}
  """
  1 to 255 visible ASCII characters. Another request with this key within 24 hours is answered with the same job, so
  that a request whose answer was lost can be sent again. With another filter it fails with \`IDEMPOTENCY_KEY_REUSED\`.
  """
  idempotencyKey: String
  "The maximum age in seconds, by \`asOf\`, of a finished report that may answer; absent or 0 asks for a new report."
  maxAgeSeconds: Int
  "The maximum time in milliseconds that the answer waits for the end of the job. Above 60,000 it is 60,000."
  waitMs: Int
}

"The answer to a request: the job, or the errors in the request."
type ${names.payload} {
  "The job that makes or made the report; null exactly when \`userErrors\` is not empty."
  job: ReportJob
  "Whether the job was requested before with the same filter, and was still open."
  coalesced: Boolean!
  "Whether the job had ended before, with a report that is not older than \`maxAgeSeconds\`."
  reused: Boolean!
  "The errors in the request."
  userErrors: [UserError!]!
}
`;
}

function filterInput(report: ReportDefinition): string {
  const members = filterMembers(report).map(
    ([name, member]) => `  ${text(inputMeaning(member))}\n  ${name}: ${inputType(member)}`,
  );
  return `"The conditions on the rows to read; a row must meet all of them. Absent, null and \`{}\` mean all rows."
input ${namesOf(report).filter} {
${members.join('\n')}
}
`;
}

/** One type with the filter members of all reports. Members that the kind of a job does not have are null. */
function appliedFilter(reports: readonly ReportDefinition[]): string {
  const members = new Map(reports.flatMap(filterMembers).map(([name, member]) => [name, member]));
  return `"A filter as the service applies it: lists ascending without repeats, dates in UTC. Null means no condition."
type AppliedReportFilter {
${[...members].map(([name, member]) => `  ${text(member.description)}\n  ${name}: ${inputType(member)}`).join('\n')}
}
`;
}

function filterMembers(report: ReportDefinition): readonly (readonly [string, FilterMember])[] {
  return Object.entries(report.filter);
}

const INPUT_TYPES: Readonly<Record<ColumnType, string>> = {
  int32: 'Int',
  int64: 'SafeInt',
  decimal: 'Float',
  text: 'String',
  instant: 'DateTime',
};

function inputType({ operator, column }: FilterMember): string {
  const type = INPUT_TYPES[column.type];
  return operator === 'oneOf' ? `[${type}!]` : type;
}

function inputMeaning({ operator, description, most }: FilterMember): string {
  if (operator !== 'oneOf') return description;
  const limit = most.toLocaleString('en');
  return `${description} The list has 1 to ${limit} values; their order and repeats do not matter.`;
}

const OUTPUT_TYPES: Readonly<Record<ResultColumn['type'], string>> = {
  int32: 'Int',
  day: 'String',
  text: 'String',
  count: 'SafeInt',
  decimal: 'Float',
};

function outputType({ type }: ResultColumn): string {
  return OUTPUT_TYPES[type];
}

function orderMeaning({ column, descending }: RowOrder, columns: readonly ResultColumn[]): string {
  const name = snakeCase(columns[column]?.name ?? '').replaceAll('_', ' ');
  return `By ${name}, ${descending ? 'descending' : 'ascending'}.`;
}

/** A description as a quoted string. */
function text(description: string): string {
  return JSON.stringify(description);
}

/** A description as a block string. */
function described(description: string): string {
  const lines = description.replaceAll('"""', '\\"""').replace(/(?=.{117})(.{1,116}) /g, '$1\n  ');
  return `  """\n  ${lines}\n  """`;
}
