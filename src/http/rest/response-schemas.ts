import { z } from 'zod';
import type { ZodOpenApiContentObject } from 'zod-openapi';
import { JOB_STATUSES } from '../../jobs/job.js';
import { pascalCase, snakeCase } from '../../reports/names.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import type { ResultColumn } from '../../reports/result-columns.js';
import type { ColumnType } from '../../reports/source-columns.js';

/** Schemas of answers for /openapi.json. Tests check every answer against them. */

const instant = z.iso.datetime({ precision: 3 }).meta({ id: 'Instant', example: '2026-01-31T12:00:00.000Z' });
const count = z.int().min(0);
const jobId = z.string().meta({ description: 'The ULID of the job.', example: '01KAS5X9WQ3Z8V2N6D0T4B7C1M' });

/** The rows of a report in JSON. */
function reportSchema(report: ReportDefinition) {
  const shown = report.columns.filter(({ inFiles }) => inFiles);
  const row = z.strictObject(
    Object.fromEntries(
      shown.map((column) => [
        snakeCase(column.name),
        cellSchema(column).meta({ description: column.description }),
      ]),
    ),
  );
  return z.strictObject({ data: z.array(row) }).meta({ id: `${pascalCase(report.name)}Report` });
}

function cellSchema({ type }: ResultColumn): z.ZodType {
  switch (type) {
    case 'int32':
      return z.int32();
    case 'day':
      return z.iso.date();
    case 'text':
      return z.string();
    case 'count':
      return count;
    case 'decimal':
      return z.number();
  }
}

/** The schema of a filter in an answer. All members of the report's filter are present; an absent condition is null. */
function appliedFilterSchema(report: ReportDefinition) {
  const members = Object.entries(report.filter).map(([name, { operator, column }]) => {
    const value = valueSchema(column.type);
    return [snakeCase(name), (operator === 'oneOf' ? z.array(value) : value).nullable()] as const;
  });
  return z.strictObject(Object.fromEntries(members)).meta({ id: `${pascalCase(report.name)}AppliedFilter` });
}

function valueSchema(type: ColumnType): z.ZodType {
  switch (type) {
    case 'int32':
      return z.int32();
    case 'int64':
      return z.int();
    case 'decimal':
      return z.number();
    case 'text':
      return z.string();
    case 'instant':
      return instant;
  }
}

const jobMembers = (reports: readonly ReportDefinition[]) => ({
  job_id: jobId,
  kind: z.string().meta({ example: 'posts' }),
  status: z.enum(JOB_STATUSES),
  version: z.int().min(1).meta({ description: 'The version of the job; grows by one with each change.' }),
  filter: z
    .union(reports.map(appliedFilterSchema))
    .meta({ description: "The filter that the job applies, with the members of the job's kind." }),
  progress: z.strictObject({
    processed_rows: count.meta({ description: 'The number of rows of the source that were read.' }),
    total_rows: count.nullable().meta({
      description:
        'The number of rows to read: an estimate while the job is open, exact when it is SUCCEEDED.',
    }),
    percent: z.number().min(0).max(100).nullable(),
    processed_posts: count.meta({ deprecated: true, description: 'The former name of `processed_rows`.' }),
    total_posts: count.nullable().meta({ deprecated: true, description: 'The former name of `total_rows`.' }),
  }),
  queue_position: z
    .int()
    .min(1)
    .nullable()
    .meta({ description: "The job's place in the queue, from 1; null unless QUEUED." }),
  estimated_completion_at: instant
    .nullable()
    .meta({ description: 'The estimated end of the job; null without an estimate.' }),
  attempt_count: count,
  max_attempts: z.int().min(1),
  next_attempt_at: instant
    .nullable()
    .meta({ description: 'The time of the next attempt; null unless RETRYING.' }),
  error: z
    .strictObject({ code: z.string(), message: z.string() })
    .nullable()
    .meta({ description: 'The error of the latest failed attempt.' }),
  created_at: instant,
  started_at: instant.nullable(),
  completed_at: instant.nullable(),
  expires_at: instant.nullable().meta({ description: 'The time until which the result can be read.' }),
  links: z.strictObject({
    self: z.string(),
    result: z.string(),
    events: z.string(),
    cancel: z.string(),
    retry: z.string(),
  }),
});

/** Schemas that follow from the reports. Each is made once, because OpenAPI identifies it by its id. */
export function answerSchemas(reports: readonly ReportDefinition[]) {
  const members = jobMembers(reports);
  const tables = new Map(reports.map((report) => [report, reportSchema(report)]));
  const job = z.strictObject(members).meta({ id: 'Job' });
  const acceptedJob = z
    .strictObject({
      ...members,
      coalesced: z.boolean().meta({
        description: 'Whether the job was requested before with the same filter, and was still open.',
      }),
      reused: z.boolean().meta({
        description:
          'Whether the job had ended before, with a report that is not older than `max_age_seconds`.',
      }),
      message: z.literal('submitted'),
    })
    .meta({ id: 'AcceptedJob' });
  return {
    /** The JSON of one report. */
    report: (report: ReportDefinition): z.ZodType => tables.get(report) ?? reportSchema(report),
    job: z.strictObject({ data: job }),
    list: z.strictObject({ data: z.array(job) }),
    acceptedJob: z.strictObject({ data: acceptedJob }),
  };
}
export type AnswerSchemas = ReturnType<typeof answerSchemas>;

export const kindListSchema = z.strictObject({
  data: z.array(
    z
      .strictObject({
        name: z.string().meta({ description: 'The name of the kind, as in addresses.', example: 'posts' }),
        title: z.string(),
        description: z.string(),
        max_rows: z.int().min(1).meta({
          description: 'The maximum number of rows. A report with more rows fails with RESULT_TOO_LARGE.',
        }),
        columns: z.array(
          z.strictObject({
            name: z.string().meta({ description: 'The name in GraphQL.' }),
            rest_name: z.string(),
            type: z.enum(['int32', 'day', 'text', 'count', 'decimal']),
            description: z.string(),
            scale: z
              .int()
              .min(0)
              .meta({ description: 'The number of decimal places of a decimal; 0 for other types.' }),
            is_key: z.boolean(),
            is_total: z
              .boolean()
              .meta({ description: "Whether the column's sum over all rows is one of the totals." }),
            in_files: z.boolean().meta({ description: 'Whether JSON, CSV and NDJSON contain the column.' }),
          }),
        ),
        filter: z.array(
          z.strictObject({
            name: z.string().meta({ description: 'The name in GraphQL.' }),
            rest_name: z.string().meta({ description: 'The name in bodies.' }),
            query_name: z.string(),
            type: z.enum(['int32', 'int64', 'decimal', 'text', 'instant']),
            is_list: z.boolean().meta({
              description: 'Whether the condition takes a list. In a query the parameter can be repeated.',
            }),
            description: z.string(),
          }),
        ),
      })
      .meta({ id: 'ReportKind' }),
  ),
});

/** The content of a report in each of its formats. */
export function reportContent(report: ReportDefinition, schemas: AnswerSchemas): ZodOpenApiContentObject {
  const text = (value: string) => ({ schema: { type: 'string' as const }, examples: { report: { value } } });
  const shown = report.columns.filter(({ inFiles }) => inFiles);
  const names = shown.map(({ name }) => snakeCase(name));
  const cells = shown.map(({ type }) => EXAMPLE_CELLS[type]);
  const row = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, cells[index]])));
  return {
    'application/json': { schema: schemas.report(report) },
    'text/csv': text(`${names.join()}\n${cells.join()}\n`),
    'application/x-ndjson': text(`${row}\n`),
  };
}

const EXAMPLE_CELLS = { int32: 1, day: '2026-01-31', text: 'one', count: 6380, decimal: 12.5 } as const;

/** The content of a report of any kind, in each of its formats. */
export function anyReportContent(
  reports: readonly ReportDefinition[],
  schemas: AnswerSchemas,
): ZodOpenApiContentObject {
  return {
    'application/json': { schema: z.union(reports.map(schemas.report)) },
    'text/csv': { schema: { type: 'string' } },
    'application/x-ndjson': { schema: { type: 'string' } },
  };
}
