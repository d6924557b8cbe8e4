import { hash } from 'node:crypto';
import { ForbiddenError } from './errors.js';
import { parseFilter, type CanonicalFilter, type FilterMembers } from './canonical-filter.js';
import type { Requester } from './requester.js';
import type { RowBatch } from './row-batch.js';
import { ordersOf, type RowOrder } from './row-order.js';
import type { Condition, RowQuery } from './ports/row-source.js';
import type { ResultColumn } from './result-columns.js';
import type { SourceColumn } from './source-columns.js';
import type { TableBuilder } from './table-builder.js';

/** A report as the service sees it, without the types of its definition. Made by `defineReport`. */
export interface ReportDefinition {
  /** `posts-per-day`: the kind. */
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
    /** What rows stand for: `users`. */
    readonly name: string;
    /** More rows end the report as RESULT_TOO_LARGE. */
    readonly most: number;
  };
  /**
   * SHA-256 of source, filter and columns: names and types, not descriptions. Jobs and results carry it, so that none
   * is read by a definition that it was not made for.
   */
  readonly fingerprint: string;
  /** What a requester may report of what they asked for. @throws ForbiddenError */
  readonly authorize: ((requester: Requester, filter: CanonicalFilter) => unknown) | undefined;
  /** Returns the function that takes each batch. */
  readonly aggregate: (table: TableBuilder, filter: CanonicalFilter) => (batch: RowBatch) => void;
}

/**
 * The filter that a request runs with: what the caller wrote, checked, and narrowed by the definition's `authorize`.
 * Called once per request by every interface, before keys and hashes are made of the filter.
 *
 * @throws BadInputError, ForbiddenError
 */
export function admitFilter(report: ReportDefinition, requester: Requester, input: unknown): CanonicalFilter {
  const filter = parseFilter(report.filter, input);
  if (report.authorize === undefined) return filter;
  const narrowed = report.authorize(requester, filter);
  if (narrowed === undefined || narrowed === null)
    throw new ForbiddenError(`This token may not request the report ${JSON.stringify(report.name)}.`);
  return parseFilter(report.filter, narrowed);
}

/** What is read for a report. */
export function queryOf({ source, filter: members }: ReportDefinition, filter: CanonicalFilter): RowQuery {
  const conditions = Object.entries(members).flatMap(([name, { operator, column }]): Condition[] => {
    const value = filter[name];
    return value === null || value === undefined ? [] : [{ operator, column, value }];
  });
  return { table: source.table, columns: Object.values(source.columns), conditions };
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
