import { rowAt, type ReportRow, type ReportTable, type RowOrder } from './report.js';

/** A row's place in an order: what the order sorts by, then the user id. It stands for itself, with or without its row. */
export interface RowPosition {
  readonly value: number;
  readonly userId: number;
}

export interface RowSelection {
  readonly rows: readonly ReportRow[];
  /** Rows that stand before the first of these. */
  readonly before: number;
}

/** Rows that are looked at before other work of the process gets its turn: 1 to 10 ms. */
const SLICE = 50_000;

/**
 * The first `limit` rows after a position. Reads the table once, in slices, and keeps `limit` rows in a heap: to sort
 * millions of rows for one page would hold up everybody.
 */
export async function selectRows(
  table: ReportTable,
  order: RowOrder,
  { after, limit }: { after: RowPosition | undefined; limit: number },
): Promise<RowSelection> {
  const { values, direction } = sortKey(table, order);
  const { userIds } = table;
  const compare = (a: number, b: number): number =>
    direction * ((values[a] as number) - (values[b] as number)) || a - b;
  const heap = new LargestFirst(compare);
  const { length } = userIds;
  let before = 0;
  for (let step = 0; step < length; step += 1) {
    if (step % SLICE === SLICE - 1) await new Promise(setImmediate);
    // Descending ids are met in their order too, so that the heap has nothing to do once it is full.
    const index = order === 'USER_ID_DESC' ? length - 1 - step : step;
    if (after !== undefined && !isAfter(index)) before += 1;
    else if (heap.size < limit) heap.push(index);
    else if (compare(index, heap.largest) < 0) heap.replaceLargest(index);
  }
  return { rows: heap.toSorted().map((index) => rowAt(table, index)), before };

  function isAfter(index: number): boolean {
    const { value, userId } = after as RowPosition;
    const difference = direction * ((values[index] as number) - value);
    return difference === 0 ? (userIds[index] as number) > userId : difference > 0;
  }
}

export function rowPosition(row: ReportRow, order: RowOrder): RowPosition {
  switch (order) {
    case 'USER_ID_ASC':
    case 'USER_ID_DESC':
      return { value: row.userId, userId: row.userId };
    case 'TOTAL_WORDS_ASC':
    case 'TOTAL_WORDS_DESC':
      return { value: row.totalWords, userId: row.userId };
    case 'TOTAL_POSTS_ASC':
    case 'TOTAL_POSTS_DESC':
      return { value: row.totalPosts, userId: row.userId };
  }
}

function sortKey(table: ReportTable, order: RowOrder) {
  const direction = order.endsWith('_DESC') ? -1 : 1;
  if (order.startsWith('TOTAL_WORDS')) return { values: table.totalWords, direction };
  return { values: order.startsWith('TOTAL_POSTS') ? table.totalPosts : table.userIds, direction };
}

/** A binary heap whose top is the entry that sorts last. */
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
