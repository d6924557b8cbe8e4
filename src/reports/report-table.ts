import { indexesByText } from './indexes-by-text.js';
import { indexesByValue, indexesOf } from './indexes-by-value.js';
import type { ResultColumn } from './result-columns.js';
import { isKeyAscending, type RowOrder } from './row-order.js';

/**
 * A report's rows as columns, ascending by key: a report over millions of rows is a few dozen megabytes that cross
 * threads without a copy, not millions of objects.
 */
export interface ReportTable {
  /** The key first, then the figures. */
  readonly columns: readonly ResultColumn[];
  readonly rowCount: number;
  /** Unique, ascending. */
  readonly keys: Keys;
  /** An array a figure: whole numbers, of 10^-scale where the column is a decimal. */
  readonly figures: readonly Float64Array[];
}

/** Numbers (an int32, or days since 1970), or texts: text i is `bytes[offsets[i], offsets[i + 1])`, UTF-8. */
export type Keys = Int32Array | TextKeys;

export interface TextKeys {
  readonly bytes: Uint8Array;
  /** One more than there are rows. */
  readonly offsets: Uint32Array;
}

/** The table's row numbers in the given order. Equal rows stand by ascending key, whichever the direction. */
export function sortedIndexes(table: ReportTable, order: RowOrder): Uint32Array {
  if (order.column === 0) {
    const indexes = indexesOf(table.rowCount);
    return order.descending ? indexes.reverse() : indexes;
  }
  return indexesByValue(figureOf(table, order.column), order.descending ? 'descending' : 'ascending');
}

/** The table's rows in the given order, as a table. */
export function sortTable(table: ReportTable, order: RowOrder): ReportTable {
  return isKeyAscending(order) ? table : takeRows(table, sortedIndexes(table, order));
}

/** The values of a column that is not the key. */
export function figureOf(table: ReportTable, column: number): Float64Array {
  const figure = table.figures[column - 1];
  if (figure === undefined) throw new RangeError(`The table has no figure in column ${column}.`);
  return figure;
}

/** The rows with these numbers, in their order. */
export function takeRows(table: ReportTable, indexes: Uint32Array): ReportTable {
  return {
    columns: table.columns,
    rowCount: indexes.length,
    keys: takeKeys(table.keys, indexes),
    figures: table.figures.map((figure) => takeNumbers(figure, new Float64Array(indexes.length), indexes)),
  };
}

export function takeKeys(keys: Keys, indexes: Uint32Array): Keys {
  return keys instanceof Int32Array
    ? takeNumbers(keys, new Int32Array(indexes.length), indexes)
    : takeTexts(keys, indexes);
}

function takeNumbers<Numbers extends Int32Array | Float64Array>(
  from: Numbers,
  to: Numbers,
  indexes: Uint32Array,
): Numbers {
  for (let row = 0; row < indexes.length; row += 1) to[row] = from[indexes[row] as number] as number;
  return to;
}

function takeTexts({ bytes, offsets }: TextKeys, indexes: Uint32Array): TextKeys {
  const taken = new Uint32Array(indexes.length + 1);
  for (let row = 0; row < indexes.length; row += 1) {
    const index = indexes[row] as number;
    taken[row + 1] = (taken[row] as number) + (offsets[index + 1] as number) - (offsets[index] as number);
  }
  const texts = new Uint8Array(taken[indexes.length] as number);
  for (let row = 0; row < indexes.length; row += 1) {
    const index = indexes[row] as number;
    const end = offsets[index + 1] as number;
    let to = taken[row] as number;
    // Keys are short: a loop is quicker than a view and a call for each.
    for (let at = offsets[index] as number; at < end; at += 1) texts[to++] = bytes[at] as number;
  }
  return { bytes: texts, offsets: taken };
}

/** The rows of tables with these columns, one after the other. */
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

function joinKeys(areTexts: boolean, keys: readonly Keys[]): Keys {
  if (!areTexts) return Int32Array.from(keys.flatMap((numbers) => [...(numbers as Int32Array)]));
  const texts = keys as readonly TextKeys[];
  const lengths = texts.flatMap(({ offsets }) =>
    Array.from(offsets.subarray(1), (end, row) => end - (offsets[row] as number)),
  );
  const offsets = new Uint32Array(lengths.length + 1);
  for (const [row, length] of lengths.entries()) offsets[row + 1] = (offsets[row] as number) + length;
  return {
    bytes: Buffer.concat(texts.map(({ bytes, offsets: of }) => bytes.subarray(of[0], of.at(-1)))),
    offsets,
  };
}

/** Row numbers by ascending key, of keys in any order. */
export function indexesByKey(keys: Keys): Uint32Array {
  return keys instanceof Int32Array ? indexesByValue(keys, 'ascending') : indexesByText(keys);
}
