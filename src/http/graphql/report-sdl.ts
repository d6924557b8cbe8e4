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
  const filterField = `"Which rows to read; absent, null and \`{}\` mean all of them."\n  filter: ${names.filter}`;
  return `extend type Query {
${described(
  `${report.title}, now: the answer waits for the report. Right for small tables; for large ones request it as a job. ` +
    '`SYNC_BUSY` when all slots are taken, `TIMEOUT` when it takes too long; `extensions.retryAfterSeconds` says when ' +
    'another try makes sense.',
)}
  ${names.query}${hasFilter ? `(${filterField})` : ''}: ${names.report}!
}

extend type Mutation {
${described(
  `${report.title}, as a job: the answer comes at once, with the job saved; a worker does the rest. Equal requests of one ` +
    'requester share a job while it is open (`coalesced`), or a result that is young enough (`reused`).',
)}
  ${names.mutation}(
    "What to report and how; absent or null means all rows, and no waiting."
    input: ${names.input}
  ): ${names.payload}!
}

${text(report.description)}
type ${names.report} implements Report {
  "Which report: \`${report.name}\`."
  kind: String!
  "Rows of the report."
  rowCount: SafeInt!
  "The rows, paged."
  rows(
    "By what to sort; equal rows are ordered by ascending key."
    orderBy: ${names.order}! = ${orders[0].name}
    "How many at most, 1 to 1,000."
    first: Int! = 100
    "Go on after this cursor of the same report and order."
    after: String
  ): ${names.connection}!
  "Rows of the report: ${report.rows.name}."
  ${names.total}: SafeInt!
${columns
  .filter(({ isTotal }) => isTotal)
  .map(
    (column) =>
      `  ${text(`All rows together: ${uncapitalized(column.description)}`)}\n  ${column.name}: ${outputType(column)}!`,
  )
  .join('\n')}
  "The state of the source that the report shows: the time of the service's database just before it was read."
  asOf: DateTime!
  "How long reading and counting took, in milliseconds."
  durationMs: Int!
}

"A page of the report's rows."
type ${names.connection} {
  "The rows with their cursors."
  edges: [${names.edge}!]!
  "The rows alone."
  nodes: [${names.row}!]!
  "Where this page stands."
  pageInfo: PageInfo!
  "All rows of the report, on every page."
  totalCount: Int!
}

"A row in the report."
type ${names.edge} {
  "The place in this report, in this order; opaque."
  cursor: String!
  "The row."
  node: ${names.row}!
}

${text(`A row of the report: ${uncapitalized(key.description)}`)}
type ${names.row} {
${columns.map((column) => `  ${text(column.description)}\n  ${column.name}: ${outputType(column)}!`).join('\n')}
}

"How the report's rows are sorted; equal rows are ordered by ascending key."
enum ${names.order} {
${orders.map((order) => `  ${text(orderMeaning(order, columns))}\n  ${order.name}`).join('\n')}
}

${hasFilter ? filterInput(report) : ''}
"What to report, and how to be answered."
input ${names.input} {
  ${hasFilter ? filterField : ''}
  """
  1 to 255 visible ASCII characters of your choice. The same key within 24 hours gives the same job, so that a request
  whose answer was lost can be sent again; with another filter it is \`IDEMPOTENCY_KEY_REUSED\`.
  """
  idempotencyKey: String
  "A report of the same filter that is not older than this, by its \`asOf\`, will do; absent or 0 asks for a fresh one."
  maxAgeSeconds: Int
  "Answer when the job is over or after this many milliseconds, whichever comes first; more than 60,000 is 60,000."
  waitMs: Int
}

"The answer to a request: the job, or what is wrong with the request."
type ${names.payload} {
  "The job that will answer, or answers, the request; null exactly when \`userErrors\` is not empty."
  job: ReportJob
  "An open job of the same filter answers the request."
  coalesced: Boolean!
  "A finished report of the same filter was young enough, by \`maxAgeSeconds\`."
  reused: Boolean!
  "What to change."
  userErrors: [UserError!]!
}
`;
}

function filterInput(report: ReportDefinition): string {
  const members = filterMembers(report).map(
    ([name, member]) => `  ${text(inputMeaning(member))}\n  ${name}: ${inputType(member)}`,
  );
  return `"Which rows a report reads; each member that is given narrows it. Absent, null and \`{}\` mean all rows."
input ${namesOf(report).filter} {
${members.join('\n')}
}
`;
}

/** One type with the filter members of all reports. Members that the kind of a job does not have are null. */
function appliedFilter(reports: readonly ReportDefinition[]): string {
  const members = new Map(reports.flatMap(filterMembers).map(([name, member]) => [name, member]));
  return `"A filter as the service understood it: lists ascending without repeats, dates in UTC; null means no condition."
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
  return `${description} 1 to ${limit} of them; an empty list is refused. Order and repeats do not matter.`;
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

function uncapitalized(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
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
