import type { CanonicalFilter, FilterMembers, FilterOf } from './canonical-filter.js';
import { checkDefinition } from './check-definition.js';
import { ForbiddenError } from './errors.js';
import { before, equals, from, oneOf } from './filter-members.js';
import { fingerprintOf, ordersOfReport, type ReportDefinition } from './report-definition.js';
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

/** What a definition says; everything else follows from it. */
export interface ReportSpec<
  Source extends Readonly<Record<string, SourceColumn>>,
  Filter extends FilterMembers,
  Columns extends Readonly<Record<string, KeyColumn | FigureColumn>>,
> {
  /** In addresses: lower case, words joined by `-`. GraphQL's names follow from it. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A table, or `database.table`, and the columns that are read from it. */
  readonly source: { readonly table: string; readonly columns: Source };
  /** The conditions that a caller may set; the column of a condition need not be read. */
  readonly filter?: Filter;
  /** The key first, then the figures. */
  readonly columns: Columns;
  /** What rows stand for (`users`; the total is `totalUsers`), and how many there may be. */
  readonly rows: { readonly name: string; readonly most: number };
  /** Called once a report; what it returns is called with each batch, whose arrays are used again afterwards. */
  readonly aggregate: (
    rows: RowsOf<Columns>,
    filter: FilterOf<Filter>,
  ) => (batch: NamedBatch<Source>) => void;
  /**
   * Who may report what: returns the filter to be used, narrowed as it likes, or calls `refuse`. Without it everyone
   * may run the report over every row.
   */
  readonly authorize?: (
    requester: Requester,
    filter: FilterOf<Filter>,
  ) => FilterOf<Filter> | null | undefined;
}

/**
 * Checks a definition and makes the report of it.
 *
 * @throws DefinitionError naming the member that is wrong
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
      const aggregateBatch = aggregate(table.toRows() as RowsOf<Columns>, canonical as FilterOf<Filter>);
      const names = Object.keys(source.columns);
      return (batch) => aggregateBatch(named(batch, names) as NamedBatch<Source>);
    },
  };
}

/** Ends a request as FORBIDDEN; for `authorize`. */
export function refuse(reason: string): never {
  throw new ForbiddenError(reason);
}

/** All that a definition needs, which is handed to one outside the checkout. */
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
