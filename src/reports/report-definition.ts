import { hash } from 'node:crypto';
import { ForbiddenError } from './errors.js';
import {
  parseFilter,
  parseMembers,
  refuseEmptySpans,
  type CanonicalFilter,
  type FilterMembers,
} from './canonical-filter.js';
import { refusePromise } from './refuse-promise.js';
import type { Requester } from './requester.js';
import type { RowBatch } from './row-batch.js';
import { ordersOf, type RowOrder } from './row-order.js';
import type { Condition, RowQuery } from './ports/row-source.js';
import type { ResultColumn } from './result-columns.js';
import type { SourceColumn } from './source-columns.js';
import type { TableBuilder } from './table-builder.js';

/** A report as the service uses it, without the types of its definition. `defineReport` makes it. */
export interface ReportDefinition {
  /** The kind, such as `posts-per-day`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly source: {
    readonly table: string;
    readonly columns: Readonly<Record<string, SourceColumn>>;
  };
  readonly filter: FilterMembers;
  /** The key first, then the figures. */
  readonly columns: readonly [ResultColumn, ...ResultColumn[]];
  readonly orders: readonly [RowOrder, ...RowOrder[]];
  readonly rows: {
    /** A plural noun for the rows, such as `users`. */
    readonly name: string;
    /** A report with more rows ends as RESULT_TOO_LARGE. */
    readonly most: number;
  };
  /**
   * SHA-256 of the names and types in name, source, filter and columns, without descriptions. Jobs and results store
   * the fingerprint, so that a result is never read with another definition than its own.
   */
  readonly fingerprint: string;
  /**
   * Returns the filter, narrowed to the rows that the requester may report on. Undefined when the definition has no
   * `authorize`.
   *
   * @throws ForbiddenError
   */
  readonly authorize: ((requester: Requester, filter: CanonicalFilter) => unknown) | undefined;
  /** Returns the function that is called with each batch. */
  readonly aggregate: (table: TableBuilder, filter: CanonicalFilter) => (batch: RowBatch) => void;
}

/**
 * The filter with which a request runs: the caller's filter, checked, and narrowed by the definition's `authorize`.
 * Every interface calls this once per request, before it derives keys and hashes from the filter.
 *
 * @throws BadInputError, ForbiddenError
 */
export function admitFilter(report: ReportDefinition, requester: Requester, input: unknown): CanonicalFilter {
  const filter = parseFilter(report.filter, input);
  if (report.authorize === undefined) return filter;
  const narrowed = report.authorize(requester, filter);
  refusePromise(`authorize of the report ${JSON.stringify(report.name)}`, narrowed);
  if (narrowed === undefined || narrowed === null)
    throw new ForbiddenError(`This token may not request the report ${JSON.stringify(report.name)}.`);
  const admitted = parseNarrowed(report, narrowed);
  refuseEmptySpans(report.filter, admitted);
  return admitted;
}

/**
 * Accepts plain objects only: a Map has no members of its own, and would be read as a filter without a condition. A
 * wrong answer is a fault of the definition, not of the caller.
 */
function parseNarrowed({ name, filter }: ReportDefinition, narrowed: unknown): CanonicalFilter {
  try {
    if (!isPlainObject(narrowed)) throw new TypeError('it is not a plain object.');
    return parseMembers(filter, narrowed);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`authorize of the report ${JSON.stringify(name)} must return a filter: ${reason}`, {
      cause,
    });
  }
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The query that reads the rows of a report. */
export function queryOf({ source, filter: members }: ReportDefinition, filter: CanonicalFilter): RowQuery {
  const conditions = Object.entries(members).flatMap(([name, { operator, column }]): Condition[] => {
    const value = filter[name];
    return value === null || value === undefined ? [] : [{ operator, column, value }];
  });
  return { table: source.table, columns: Object.values(source.columns), conditions };
}

/** The members of a definition that read a column of the source, or compare it. */
export function membersOfColumn({ source, filter }: ReportDefinition, columnName: string): readonly string[] {
  const read = Object.entries(source.columns).map(
    ([name, column]) => [`source.columns.${name}`, column] as const,
  );
  const compared = Object.entries(filter).map(([name, { column }]) => [`filter.${name}`, column] as const);
  return [...read, ...compared].filter(([, { name }]) => name === columnName).map(([member]) => member);
}

export function fingerprintOf({
  name,
  source,
  filter,
  columns,
}: Pick<ReportDefinition, 'name' | 'source' | 'filter' | 'columns'>): string {
  const shape = {
    name,
    table: source.table,
    source: Object.entries(source.columns),
    filter: Object.entries(filter).map(([member, { operator, column }]) => [member, operator, column]),
    columns: columns.map((column) => [column.name, column.type, column.scale, column.isTotal]),
  };
  return hash('sha256', JSON.stringify(shape));
}

export function ordersOfReport(columns: ReportDefinition['columns']): ReportDefinition['orders'] {
  const [first, ...others] = ordersOf(columns);
  if (first === undefined) throw new RangeError('A report has a key at least.');
  return [first, ...others];
}
