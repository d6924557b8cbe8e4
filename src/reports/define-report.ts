import type { CanonicalFilter, FilterMembers, FilterOf } from './canonical-filter.js';
import { checkDefinition } from './check-definition.js';
import { ForbiddenError } from './errors.js';
import { before, equals, from, oneOf } from './filter-members.js';
import { fingerprintOf, ordersOfReport, type ReportDefinition } from './report-definition.js';
import { refusePromise } from './refuse-promise.js';
import type { Requester } from './requester.js';
import {
  amount,
  count,
  isKey,
  key,
  type FigureColumn,
  type KeyColumn,
  type ResultColumn,
} from './result-columns.js';
import type { NamedBatch, RowBatch } from './row-batch.js';
import { decimal, instant, int32, int64, text, type SourceColumn } from './source-columns.js';
import type { RowsOf, TableBuilder } from './table-builder.js';
import { countWords } from './word-counter/word-counter.js';

/** The members of a report's definition. The service derives everything else from them. */
export interface ReportSpec<
  Source extends Readonly<Record<string, SourceColumn>>,
  Filter extends FilterMembers,
  Columns extends Readonly<Record<string, KeyColumn | FigureColumn>>,
> {
  /** The kind, as in URLs: lower case, words joined by `-`. GraphQL names are made from it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A table, or `database.table`, and the columns to read. */
  readonly source: { readonly table: string; readonly columns: Source };
  /** The conditions that a caller may set. Their columns need not be among the columns to read. */
  readonly filter?: Filter;
  /** The key first, then the figures (counts and amounts). */
  readonly columns: Columns;
  /**
   * `name` is a plural noun for the rows, such as `users`; the field `totalUsers` is then their number. `most` is the
   * maximum number of rows.
   */
  readonly rows: { readonly name: string; readonly most: number };
  /**
   * Called once per report. The returned function is called with each batch. The arrays of a batch are reused for the
   * next batch.
   */
  readonly aggregate: (
    rows: RowsOf<Columns>,
    filter: FilterOf<Filter>,
  ) => (batch: NamedBatch<Source>) => void;
  /**
   * Restricts what a requester may report on: returns the filter, unchanged or narrowed, or calls `refuse`. Without
   * `authorize`, every requester may run the report over every row.
   */
  readonly authorize?: (
    requester: Requester,
    filter: FilterOf<Filter>,
  ) => FilterOf<Filter> | null | undefined;
}

/**
 * Checks a definition and makes a report from it.
 *
 * @throws DefinitionError naming the wrong member
 */
export function defineReport<
  const Source extends Readonly<Record<string, SourceColumn>>,
  const Columns extends Readonly<Record<string, KeyColumn | FigureColumn>>,
  const Filter extends FilterMembers = Readonly<Record<string, never>>,
>(spec: ReportSpec<Source, Filter, Columns>): ReportDefinition {
  checkDefinition(spec);
  const { name, title, description, source, rows, aggregate, authorize } = spec;
  const filter: FilterMembers = spec.filter ?? {};
  const columns = resultColumns(spec.columns);
  return {
    name,
    title,
    description,
    source,
    filter,
    columns,
    orders: ordersOfReport(columns),
    rows,
    fingerprint: fingerprintOf({ name, source, filter, columns }),
    authorize: authorize as ReportDefinition['authorize'],
    aggregate(table: TableBuilder, canonical: CanonicalFilter) {
      const subject = `aggregate of the report ${JSON.stringify(name)}`;
      const aggregateBatch: unknown = aggregate(
        table.toRows() as RowsOf<Columns>,
        canonical as FilterOf<Filter>,
      );
      refusePromise(subject, aggregateBatch);
      if (typeof aggregateBatch !== 'function')
        throw new TypeError(`${subject} must return the function that takes each batch.`);
      const names = Object.keys(source.columns);
      // The arrays of a batch are used again, so what an async function does after an await would read the next batch.
      return (batch) => refusePromise(subject, aggregateBatch(named(batch, names)));
    },
  };
}

/** Ends the request as FORBIDDEN. Called by `authorize`. */
export function refuse(reason: string): never {
  throw new ForbiddenError(reason);
}

/**
 * The functions that define reports. A definition file outside the repository cannot import them, so it gets them as an
 * argument.
 */
export const toolkit = {
  defineReport,
  refuse,
  key,
  count,
  amount,
  int32,
  int64,
  decimal,
  text,
  instant,
  oneOf,
  equals,
  from,
  before,
  countWords,
};
export type ReportToolkit = typeof toolkit;

export { amount, before, count, countWords, decimal, equals, from, instant, int32, int64, key, oneOf, text };

function resultColumns(
  columns: Readonly<Record<string, KeyColumn | FigureColumn>>,
): ReportDefinition['columns'] {
  const [first, ...others] = Object.entries(columns).map(([name, column]): ResultColumn => ({
    name,
    ...column,
  }));
  if (first === undefined || !isKey(first)) throw new RangeError('A report begins with its key.');
  return [first, ...others];
}

function named({ count: rows, columns }: RowBatch, names: readonly string[]): object {
  const batch: Record<string, unknown> = { count: rows };
  for (const [index, name] of names.entries()) batch[name] = columns[index];
  return batch;
}
