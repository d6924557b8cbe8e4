import { joinKeys, takeKeys, takeNumbers, type Keys } from './keys.js';
import { indexesByValue, indexesByValueInSteps, indexesOf } from './indexes-by-value.js';
import type { ResultColumn } from './result-columns.js';
import { isKeyAscending, type RowOrder } from './row-order.js';

/**
 * A report's rows as columns, sorted by key. A report of millions of rows takes a few dozen megabytes instead of
 * millions of objects, and is transferred between threads without a copy.
 */
export interface ReportTable {
  /** The key first, then the figures. */
  readonly columns: readonly ResultColumn[];
  readonly rowCount: number;
  /** Unique keys in ascending order. */
  readonly keys: Keys;
  /** One array of whole numbers for each figure, in units of 10^-scale for a decimal. */
  readonly figures: readonly Float64Array[];
}

/**
 * The table's row numbers in the given order. Rows with equal values in the sort column are ordered by ascending key,
 * even in a descending order.
 */
export function sortedIndexes(table: ReportTable, order: RowOrder): Uint32Array {
  return order.column === 0
    ? indexesByKey(table, order)
    : indexesByValue(figureOf(table, order.column), directionOf(order));
}

/**
 * Sorts like `sortedIndexes`, but in steps, so that the event loop runs other work between two steps. Callers that
 * request the same order of the same table share one sort.
 */
export function sharedIndexes(table: ReportTable, order: RowOrder): Promise<Uint32Array> {
  const known = SORTED.get(table) ?? new Map<string, Promise<Uint32Array>>();
  SORTED.set(table, known);
  const sorted =
    known.get(order.name) ??
    (order.column === 0
      ? Promise.resolve(indexesByKey(table, order))
      : indexesByValueInSteps(figureOf(table, order.column), directionOf(order)));
  known.set(order.name, sorted);
  return sorted;
}

const SORTED = new WeakMap<ReportTable, Map<string, Promise<Uint32Array>>>();

function indexesByKey({ rowCount }: ReportTable, { descending }: RowOrder): Uint32Array {
  const indexes = indexesOf(rowCount);
  return descending ? indexes.reverse() : indexes;
}

function directionOf({ descending }: RowOrder): 'ascending' | 'descending' {
  return descending ? 'descending' : 'ascending';
}

/** The table's rows in the given order, as a new table. */
export function sortTable(table: ReportTable, order: RowOrder): ReportTable {
  return isKeyAscending(order) ? table : takeRows(table, sortedIndexes(table, order));
}

/** The values of a column other than the key. */
export function figureOf(table: ReportTable, column: number): Float64Array {
  const figure = table.figures[column - 1];
  if (figure === undefined) throw new RangeError(`The table has no figure in column ${column}.`);
  return figure;
}

/** The rows with the given numbers, in the order of `indexes`. */
export function takeRows(table: ReportTable, indexes: Uint32Array): ReportTable {
  return {
    columns: table.columns,
    rowCount: indexes.length,
    keys: takeKeys(table.keys, indexes),
    figures: table.figures.map((figure) => takeNumbers(figure, new Float64Array(indexes.length), indexes)),
  };
}

/** The rows of several tables with the same columns, one after the other. */
export function joinTables(columns: ReportTable['columns'], tables: readonly ReportTable[]): ReportTable {
  const [only] = tables;
  if (only !== undefined && tables.length === 1) return only;
  return {
    columns,
    rowCount: tables.reduce((sum, { rowCount }) => sum + rowCount, 0),
    keys: joinKeys(
      columns[0]?.type === 'text',
      tables.map(({ keys }) => keys),
    ),
    figures: columns
      .slice(1)
      .map((_, figure) => Float64Array.from(tables.flatMap(({ figures }) => [...(figures[figure] ?? [])]))),
  };
}
