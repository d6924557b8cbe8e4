import { compareTexts } from './indexes-by-text.js';
import { figureOf, takeRows, type ReportTable } from './report-table.js';
import type { RowOrder } from './row-order.js';

/**
 * A position in an order of rows: the value in the sort column, then the key. The position stays valid when its row is
 * gone.
 */
export interface RowPosition {
  /** The value of the figure by which the rows are sorted; null when they are sorted by the key. */
  readonly value: number | null;
  /** An int32, the number of days since 1970, or a text. */
  readonly key: number | string;
}

export interface RowSelection {
  /** In the given order. */
  readonly rows: ReportTable;
  readonly positions: readonly RowPosition[];
  /** Number of rows of the table before the first row of `rows`. */
  readonly before: number;
}

/** Number of rows that are read before the event loop runs other work, which takes 1 to 10 ms. */
const ROWS_PER_SLICE = 50_000;

/**
 * Selects the first `limit` rows after a position. The table is read once, in slices, and a heap keeps the `limit`
 * rows, because sorting millions of rows for one page would block every other request.
 */
export async function selectRows(
  table: ReportTable,
  order: RowOrder,
  { after, limit }: { after: RowPosition | undefined; limit: number },
): Promise<RowSelection> {
  return order.column === 0
    ? selectByKey(table, order, after, limit)
    : await selectByFigure(table, order, after, limit);
}

/**
 * The keys are sorted, so the rows of the page lie directly after the cursor's position, or directly before it in a
 * descending order.
 */
function selectByKey(
  table: ReportTable,
  { descending }: RowOrder,
  after: RowPosition | undefined,
  limit: number,
): RowSelection {
  const { rowCount } = table;
  // Number of rows before the page: all rows up to the cursor's key, that key included.
  const before =
    after === undefined
      ? 0
      : descending
        ? rowCount - keysBelow(table, after.key)
        : keysUpTo(table, after.key);
  const length = Math.min(limit, rowCount - before);
  const indexes = Uint32Array.from({ length }, (_, index) =>
    descending ? rowCount - 1 - before - index : before + index,
  );
  return selection(table, indexes, before, () => null);
}

async function selectByFigure(
  table: ReportTable,
  { column, descending }: RowOrder,
  after: RowPosition | undefined,
  limit: number,
): Promise<RowSelection> {
  const values = figureOf(table, column);
  const sign = descending ? -1 : 1;
  const compare = (a: number, b: number): number =>
    sign * ((values[a] as number) - (values[b] as number)) || a - b;
  const place = after === undefined ? undefined : findPlace(table, after);
  const heap = new LargestFirst(compare);
  let before = 0;
  for (let index = 0; index < table.rowCount; index += 1) {
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) await new Promise(setImmediate);
    if (place !== undefined && !isAfter(index, place)) before += 1;
    else if (heap.size < limit) heap.push(index);
    else if (compare(index, heap.largest) < 0) heap.replaceLargest(index);
  }
  return selection(table, Uint32Array.from(heap.toSorted()), before, (index) => values[index] as number);

  function isAfter(index: number, { value, row }: Place): boolean {
    const difference = sign * ((values[index] as number) - value);
    return difference === 0 ? index >= row : difference > 0;
  }
}

interface Place {
  readonly value: number;
  /** The first row whose key is greater than the key of the position. */
  readonly row: number;
}

function findPlace(table: ReportTable, { value, key }: RowPosition): Place {
  return { value: value ?? 0, row: keysUpTo(table, key) };
}

function selection(
  table: ReportTable,
  indexes: Uint32Array,
  before: number,
  valueOf: (index: number) => number | null,
): RowSelection {
  const positions = Array.from(indexes, (index) => ({ value: valueOf(index), key: keyAt(table, index) }));
  return { rows: takeRows(table, indexes), positions, before };
}

function keyAt({ keys }: ReportTable, row: number): number | string {
  if (keys instanceof Int32Array) return keys[row] as number;
  return Buffer.from(keys.bytes.subarray(keys.offsets[row], keys.offsets[row + 1])).toString();
}

/** Number of rows whose key is not greater than the given key. */
function keysUpTo(table: ReportTable, key: number | string): number {
  return firstRow(table, key, (comparison) => comparison > 0);
}

function keysBelow(table: ReportTable, key: number | string): number {
  return firstRow(table, key, (comparison) => comparison >= 0);
}

/**
 * Finds, by binary search, the first row whose comparison with the key satisfies `holds`. Every later row must satisfy
 * it too.
 */
function firstRow(table: ReportTable, key: number | string, holds: (comparison: number) => boolean): number {
  const compare = comparerWith(table, key);
  let low = 0;
  let high = table.rowCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(compare(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

function comparerWith({ keys }: ReportTable, key: number | string): (row: number) => number {
  if (keys instanceof Int32Array) return (row) => (keys[row] as number) - Number(key);
  const bytes = Buffer.from(String(key));
  const one = { bytes, offsets: Uint32Array.of(0, bytes.length) };
  return (row) => compareTexts(keys, row, one, 0);
}

/** A binary heap whose top is the entry that is last in the order. */
class LargestFirst {
  readonly #compare: (a: number, b: number) => number;
  readonly #entries: number[] = [];

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  get largest(): number {
    return this.#entries[0] as number;
  }

  push(entry: number): void {
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(entry, entries[parent] as number) <= 0) break;
      entries[at] = entries[parent] as number;
      at = parent;
    }
    entries[at] = entry;
  }

  replaceLargest(entry: number): void {
    const entries = this.#entries;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (
        child + 1 < entries.length &&
        this.#compare(entries[child + 1] as number, entries[child] as number) > 0
      )
        child += 1;
      if (this.#compare(entries[child] as number, entry) <= 0) break;
      entries[at] = entries[child] as number;
      at = child;
    }
    entries[at] = entry;
  }

  toSorted(): number[] {
    return this.#entries.toSorted(this.#compare);
  }
}
