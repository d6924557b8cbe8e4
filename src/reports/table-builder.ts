import { isUtf8 } from 'node:buffer';
import { ResultTooLargeError, SourceMismatchError } from './errors.js';
import { enlarged, NumberIndex, TextIndex } from './key-index.js';
import { takeRows, type ReportTable } from './report-table.js';
import { indexesByKey } from './indexes-by-key.js';
import type { FigureColumn, KeyColumn, KeyType, ResultColumn } from './result-columns.js';
import type { ColumnArrays } from './source-columns.js';

const MS_PER_DAY = 86_400_000;
const FIRST_CAPACITY = 1024;

/** For each type of key, the array in a batch from which the keys are made. */
export interface KeySource {
  readonly int32: Int32Array;
  /** Instants, in milliseconds since 1970. The keys are their days in UTC. */
  readonly day: ColumnArrays['instant'];
  readonly text: ColumnArrays['text'];
}

/** The rows of the result, which `aggregate` fills. */
export interface KeyedRows<Type extends KeyType = KeyType> {
  /** The row number of each key in a batch. A new key gets a new row. The array is valid until the next call. */
  at(keys: KeySource[Type]): Uint32Array;
  /** The row number of the key at `index` in `keys`. A new key gets a new row. */
  rowAt(keys: KeySource[Type], index: number): number;
}

/** A figure of the result. The figure of a new row is 0. */
export interface Figure {
  /**
   * Adds to the figure of each listed row: one number to all, or one value per row. A row may be listed several times.
   */
  add(rows: Uint32Array, values: number | ArrayLike<number>): void;
  get(row: number): number;
  set(row: number, value: number): void;
}

/** The argument of `aggregate`: `rows.at(…)`, `rows.rowAt(…)`, and one figure per column, by the column's name. */
export type RowsOf<Columns extends Readonly<Record<string, KeyColumn | FigureColumn>>> = KeyedRows<
  KeyTypeOf<Columns>
> & {
  readonly [Name in keyof Columns as Columns[Name] extends FigureColumn ? Name : never]: Figure;
};

type KeyTypeOf<Columns> = {
  [Name in keyof Columns]: Columns[Name] extends KeyColumn<infer Type> ? Type : never;
}[keyof Columns];

export interface TableBuilderOptions {
  /** Name of the source's table, for error messages. */
  readonly table: string;
  readonly columns: readonly [ResultColumn, ...ResultColumn[]];
  /** Maximum number of rows of the result. */
  readonly most: number;
}

/**
 * Collects a report's rows from the batches. Memory use grows with the number of distinct keys, not with the number of
 * rows in the source.
 */
export class TableBuilder {
  readonly #options: TableBuilderOptions;
  readonly #index: NumberIndex | TextIndex;
  readonly #figures: readonly GrowingFigure[];
  #rows = new Uint32Array(4096);

  constructor(options: TableBuilderOptions) {
    this.#options = options;
    const [key, ...figures] = options.columns;
    this.#index =
      key.type === 'text' ? new TextIndex((text) => this.#refuseBrokenText(text)) : new NumberIndex();
    this.#figures = figures.map(() => new GrowingFigure());
  }

  /** The argument for `aggregate`. */
  toRows(): KeyedRows & Readonly<Record<string, unknown>> {
    const [key, ...figures] = this.#options.columns;
    const rowAt = this.#rowFinder(key.type as KeyType);
    const keyed: KeyedRows = {
      at: (keys) => {
        checkKeys(key, keys);
        const count = 'starts' in keys ? keys.starts.length : keys.length;
        if (this.#rows.length < count) this.#rows = new Uint32Array(count);
        const rows = this.#rows.subarray(0, count);
        for (let index = 0; index < count; index += 1) rows[index] = rowAt(keys, index);
        this.#makeRoom();
        return rows;
      },
      rowAt: (keys, index) => {
        checkKeys(key, keys);
        const row = rowAt(keys, index);
        this.#makeRoom();
        return row;
      },
    };
    return {
      ...keyed,
      ...Object.fromEntries(figures.map(({ name }, index) => [name, this.#figures[index]])),
    };
  }

  /** The finished table, sorted by key. */
  toTable(): ReportTable {
    const { columns } = this.#options;
    const keys = this.#index.toKeys();
    const rowCount = this.#index.size;
    const figures = this.#figures.map((figure) => figure.toValues(rowCount));
    return takeRows({ columns, rowCount, keys, figures }, indexesByKey(keys));
  }

  #rowFinder(type: KeyType): (keys: KeySource[KeyType], index: number) => number {
    const index = this.#index;
    if (index instanceof TextIndex) return (keys, at) => index.rowOf(keys as KeySource['text'], at);
    if (type === 'day')
      return (keys, at) => index.rowOf(Math.floor(((keys as Float64Array)[at] as number) / MS_PER_DAY));
    return (keys, at) => index.rowOf((keys as Int32Array)[at] as number);
  }

  #makeRoom(): void {
    const { most } = this.#options;
    const { size } = this.#index;
    if (size > most) {
      throw new ResultTooLargeError(
        `The report has more than ${most.toLocaleString('en')} rows; narrow the filter.`,
      );
    }
    for (const figure of this.#figures) figure.makeRoom(size);
  }

  /** Rejects keys that are not valid UTF-8, such as bytes of a BLOB, because decoding would turn them into other keys. */
  #refuseBrokenText(text: Uint8Array): void {
    if (isUtf8(text)) return;
    const { table, columns } = this.#options;
    throw new SourceMismatchError(`${table}: a value of the key ${columns[0].name} is not UTF-8 text.`, {
      isFinal: true,
      cause: new Error(`the bytes are ${Buffer.from(text.subarray(0, 100)).toString('hex')}`),
    });
  }
}

/** The column of a batch that each type of key is made from, for messages. */
const KEY_SOURCES: Readonly<Record<KeyType, string>> = {
  int32: 'an int32 column',
  day: 'an instant column',
  text: 'a text column',
};

/** Refuses a column of another type, as a definition in JavaScript may pass it: its values would become other keys. */
function checkKeys({ name, type }: ResultColumn, keys: unknown): void {
  const isRight =
    type === 'int32'
      ? keys instanceof Int32Array
      : type === 'day'
        ? keys instanceof Float64Array
        : typeof keys === 'object' && keys !== null && 'starts' in keys;
  if (!isRight) throw new TypeError(`rows.at takes ${KEY_SOURCES[type as KeyType]} for the key ${name}.`);
}

class GrowingFigure implements Figure {
  #values = new Float64Array(FIRST_CAPACITY);

  add(rows: Uint32Array, values: number | ArrayLike<number>): void {
    const sums = this.#values;
    if (typeof values === 'number') {
      for (let index = 0; index < rows.length; index += 1) {
        const row = rows[index] as number;
        sums[row] = (sums[row] as number) + values;
      }
      return;
    }
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index] as number;
      sums[row] = (sums[row] as number) + (values[index] as number);
    }
  }

  get(row: number): number {
    return this.#values[row] as number;
  }

  set(row: number, value: number): void {
    this.#values[row] = value;
  }

  makeRoom(rows: number): void {
    let capacity = this.#values.length;
    if (rows <= capacity) return;
    while (capacity < rows) capacity *= 2;
    this.#values = enlarged(this.#values, new Float64Array(capacity));
  }

  toValues(rows: number): Float64Array {
    return this.#values.subarray(0, rows);
  }
}
