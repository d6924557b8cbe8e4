import { z } from 'zod';
import { queryName } from '../../reports/check-definition.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import { BadInputError } from '../../reports/errors.js';
import { parseValue, type FilterMember } from '../../reports/filter-members.js';
import { snakeCase } from '../../reports/names.js';
import { admitFilter, type ReportDefinition } from '../../reports/report-definition.js';
import type { Requester } from '../../reports/requester.js';
import type { RowOrder } from '../../reports/row-order.js';
import type { ColumnType, SourceColumn } from '../../reports/source-columns.js';
import type { InputSource } from './input-errors.js';
import {
  formatQuery,
  MAX_INT32,
  maxAgeMember,
  maxAgeQuery,
  strictObject,
  wholeNumber,
} from './request-schemas.js';

/** The REST input for one report, and the translation of its conditions into the report's filter. */
export interface ReportInput {
  /** Schemas of the conditions, by their names in queries. */
  readonly filterQuery: z.ZodRawShape;
  readonly syncQuery: z.ZodRawShape;
  readonly requestQuery: z.ZodRawShape;
  readonly body: z.ZodType<RequestBody>;
  /**
   * Checks the conditions, and limits them to the rows that the requester may read. Returns the canonical filter.
   *
   * @param values the conditions, parsed by `filterQuery` or `body`
   * @throws BadInputError, ForbiddenError
   */
  admit(requester: Requester, source: InputSource, values: Values): CanonicalFilter;
  /** Returns the name of a filter member in queries: `shop_id` for `shopIds`. */
  readonly queryNameOf: (member: string) => string;
}

export interface RequestBody {
  readonly filter?: Values | null | undefined;
  readonly max_age_seconds?: number | null | undefined;
}

type Values = Readonly<Record<string, unknown>>;

export function createReportInput(report: ReportDefinition): ReportInput {
  const members = Object.entries(report.filter);
  const filterQuery = Object.fromEntries(
    members.map(([name, member]) => [queryName(name, member), querySchema(member)]),
  );
  const orderQuery = { order_by: orderSchema(report) };
  const queryNames = new Map(members.map(([name, member]) => [name, queryName(name, member)]));
  const queryNameOf = (member: string): string => queryNames.get(member) ?? snakeCase(member);

  return {
    filterQuery,
    syncQuery: { ...filterQuery, ...orderQuery },
    requestQuery: { ...filterQuery, ...maxAgeQuery, ...formatQuery, ...orderQuery },
    body: bodySchema(report),
    admit(requester, source, values) {
      const nameOf = source === 'body' ? snakeCase : queryNameOf;
      const filter = Object.fromEntries(members.map(([name]) => [name, values[nameOf(name)]]));
      return admitFilter(report, requester, filter);
    },
    queryNameOf,
  };
}

/** The schema of `order_by`: the name of an order of the report. */
function orderSchema({ orders }: Pick<ReportDefinition, 'orders'>) {
  const names = orders.map(({ restName }) => restName);
  return z
    .enum(names, `must be one of ${names.join(', ')}.`)
    .transform((name): RowOrder => orders.find(({ restName }) => restName === name) ?? orders[0])
    .optional()
    .meta({
      description: `The order of the rows; \`-\` means descending. Equal rows are ordered by ascending key. Default: \`${orders[0].restName}\`.`,
      override: { type: 'string', enum: names },
    });
}

function bodySchema(report: ReportDefinition): z.ZodType<RequestBody> {
  const members = Object.entries(report.filter);
  const filter = Object.fromEntries(
    members.map(([name, member]) => [
      snakeCase(name),
      bodyMember(member)
        .nullish()
        .meta({ description: member.description, example: exampleOf(member) }),
    ]),
  );
  const example = Object.fromEntries(members.map(([name, member]) => [snakeCase(name), exampleOf(member)]));
  return strictObject({
    filter: strictObject(filter)
      .nullish()
      .meta({ description: 'The conditions on the rows; absent, null and {} mean all rows.' }),
    max_age_seconds: maxAgeMember,
  }).meta({ example: { filter: example, max_age_seconds: 60 } });
}

/** The schema of a condition in a body. */
function bodyMember({ operator, column, most }: FilterMember): z.ZodType {
  const value = bodyValue(column);
  if (operator !== 'oneOf') return value;
  return z
    .array(value, 'must be a list.')
    .min(1, 'must not be empty; leave it out to report everything.')
    .max(most, `may have at most ${most} entries.`);
}

function bodyValue(column: SourceColumn): z.ZodType {
  switch (column.type) {
    case 'int32':
      return z.int32(INT32_RULE);
    case 'int64':
      return z.int(INT64_RULE);
    case 'decimal':
      return checkedByCore(column, z.number('must be a number.'));
    case 'text':
      return checkedByCore(column, z.string('must be text.'));
    case 'instant':
      return checkedByCore(column, z.string('must be text: a date-time with an offset.')).meta({
        format: 'date-time',
      });
  }
}

/** The schema of a condition in a query, where every value is text. */
function querySchema(member: FilterMember): z.ZodType {
  const { operator, column, description, most } = member;
  const value = queryValue(column);
  if (operator !== 'oneOf') return value.optional().meta({ description, example: exampleOf(member) });
  return z
    .array(value)
    .max(most, `may be given at most ${most} times.`)
    .optional()
    .meta({ description: `${description} The parameter can be repeated.`, example: exampleOf(member) });
}

function queryValue(column: SourceColumn): z.ZodType {
  switch (column.type) {
    case 'int32':
      return wholeNumber(-MAX_INT32 - 1, MAX_INT32, INT32_RULE);
    case 'int64':
      return wholeNumber(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, INT64_RULE);
    case 'decimal':
      return checkedByCore(
        column,
        z
          .string()
          .refine((text) => /^-?\d+(\.\d+)?$/.test(text), 'must be a number.')
          .transform(Number),
      ).meta({ override: { type: 'number' } });
    case 'text':
      return checkedByCore(column, z.string());
    case 'instant':
      return checkedByCore(column, z.string().transform(withPlus)).meta({
        override: { type: 'string', format: 'date-time' },
      });
  }
}

/**
 * Adds the core's check of a value to a schema, so that an answer lists the mistakes of all conditions. Outside the
 * schema, the check would stop at the first mistake.
 */
function checkedByCore(column: SourceColumn, schema: z.ZodType): z.ZodType {
  return schema.superRefine((value, context) => {
    try {
      parseValue(column, [], value);
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });
}

const INT32_RULE = 'must be a whole number of 32 bits.';
const INT64_RULE = 'must be a whole number of up to 53 bits.';

const EXAMPLES: Readonly<Record<ColumnType, readonly [number | string, number | string]>> = {
  int32: [1, 2],
  int64: [1, 2],
  decimal: [1.5, 2],
  text: ['one', 'two'],
  instant: ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
};

function exampleOf({ operator, column }: FilterMember): unknown {
  const [first, second] = EXAMPLES[column.type];
  if (operator === 'oneOf') return [first, second];
  return operator === 'before' ? second : first;
}

/** Reads a space in a date as `+`, because an unescaped `+` in a query means a space. */
function withPlus(text: string): string {
  return text.replace(/ (?=\d\d:\d\d$)/, '+');
}
