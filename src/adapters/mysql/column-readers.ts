import { SourceMismatchError } from '../../reports/errors.js';
import type { RowBatch } from '../../reports/row-batch.js';
import type { TextColumn } from '../../reports/text-column.js';
import type { ColumnArrays, SourceColumn } from '../../reports/source-columns.js';
import { parseDecimal, parseInstant, parseInteger } from './parse-value.js';

/** The maximum number of rows in a batch. */
export const MAX_ROWS = 4096;

/** Reads values of one column, as MySQL's text protocol sends them, into the arrays of a batch. */
export interface ColumnReader {
  /** @throws SourceMismatchError when the value is not of the type that the report's definition gives the column */
  put(row: number, bytes: Uint8Array, start: number, end: number): void;
  /** @throws SourceMismatchError unless the report's definition has a value for NULL */
  putNull(row: number): void;
  /**
   * Returns the first `count` rows as arrays.
   *
   * @param bytes the buffer that contains the texts; `put` received offsets into this buffer
   */
  view(count: number, bytes: Uint8Array): ColumnArrays[keyof ColumnArrays];
}

export function createColumnReaders(
  table: string,
  columns: readonly SourceColumn[],
): readonly ColumnReader[] {
  return columns.map((column) => {
    const mismatch = mismatchOf(table, column);
    switch (column.type) {
      case 'int32':
        return new NumberReader(column, new Int32Array(MAX_ROWS), parseInt32, mismatch);
      case 'int64':
        return new NumberReader(column, new Float64Array(MAX_ROWS), parseInteger, mismatch);
      case 'decimal': {
        const { scale } = column;
        const parse: Parse = (bytes, start, end) => parseDecimal(bytes, start, end, scale);
        return new NumberReader(column, new Float64Array(MAX_ROWS), parse, mismatch);
      }
      case 'instant':
        return new NumberReader(column, new Float64Array(MAX_ROWS), parseInstant, mismatch);
      case 'text':
        return new TextReader(column, mismatch);
    }
  });
}

export function batchOf(readers: readonly ColumnReader[], count: number, bytes: Uint8Array): RowBatch {
  return { count, columns: readers.map((reader) => reader.view(count, bytes)) };
}

/** Returns NaN when the bytes are not a valid value of the type. */
type Parse = (bytes: Uint8Array, start: number, end: number) => number;

type Mismatch = (value: string) => SourceMismatchError;

class NumberReader implements ColumnReader {
  readonly #values: Int32Array | Float64Array;
  readonly #parse: Parse;
  readonly #nullAs: number | undefined;
  readonly #mismatch: Mismatch;

  constructor({ nullAs }: SourceColumn, values: Int32Array | Float64Array, parse: Parse, mismatch: Mismatch) {
    this.#values = values;
    this.#parse = parse;
    this.#nullAs = typeof nullAs === 'number' ? nullAs : undefined;
    this.#mismatch = mismatch;
  }

  put(row: number, bytes: Uint8Array, start: number, end: number): void {
    const value = this.#parse(bytes, start, end);
    if (Number.isNaN(value)) throw this.#mismatch(shown(bytes, start, end));
    this.#values[row] = value;
  }

  putNull(row: number): void {
    if (this.#nullAs === undefined) throw this.#mismatch('NULL');
    this.#values[row] = this.#nullAs;
  }

  view(count: number): Int32Array | Float64Array {
    return this.#values.subarray(0, count);
  }
}

class TextReader implements ColumnReader {
  readonly #starts = new Uint32Array(MAX_ROWS);
  readonly #ends = new Uint32Array(MAX_ROWS);
  readonly #nullAs: Buffer | undefined;
  readonly #mismatch: Mismatch;
  #nullRows: number[] = [];
  /** End of the previous text. The texts of a batch stand one after the other. */
  #end = 0;

  constructor({ nullAs }: SourceColumn, mismatch: Mismatch) {
    this.#nullAs = nullAs === undefined ? undefined : Buffer.from(String(nullAs));
    this.#mismatch = mismatch;
  }

  put(row: number, _bytes: Uint8Array, start: number, end: number): void {
    this.#starts[row] = start;
    this.#ends[row] = end;
    this.#end = end;
  }

  putNull(row: number): void {
    if (this.#nullAs === undefined) throw this.#mismatch('NULL');
    if (this.#nullAs.length > 0) this.#nullRows.push(row);
    const at = row === 0 ? 0 : this.#end;
    this.put(row, this.#nullAs, at, at);
  }

  view(count: number, bytes: Uint8Array): TextColumn {
    const texts = { bytes, starts: this.#starts.subarray(0, count), ends: this.#ends.subarray(0, count) };
    if (this.#nullRows.length === 0) return texts;
    const replaced = withTexts(texts, new Set(this.#nullRows), this.#nullAs as Buffer);
    this.#nullRows = [];
    return replaced;
  }
}

/** Returns a copy of the column in which the given rows have the text `text`. */
function withTexts({ bytes, starts, ends }: TextColumn, rows: ReadonlySet<number>, text: Buffer): TextColumn {
  const texts = Array.from(starts, (start, row) => (rows.has(row) ? text : bytes.subarray(start, ends[row])));
  let at = 0;
  const copied = {
    bytes: Buffer.concat(texts),
    starts: new Uint32Array(starts.length),
    ends: new Uint32Array(ends.length),
  };
  for (const [row, { length }] of texts.entries()) {
    copied.starts[row] = at;
    at += length;
    copied.ends[row] = at;
  }
  return copied;
}

function parseInt32(bytes: Uint8Array, start: number, end: number): number {
  const value = parseInteger(bytes, start, end);
  return value === (value | 0) ? value : Number.NaN;
}

function mismatchOf(table: string, { name, type, scale }: SourceColumn): Mismatch {
  const expected = {
    int32: 'a whole number of 32 bits',
    int64: 'a whole number of up to 53 bits',
    decimal: `a decimal of up to 53 bits with ${scale} decimal places`,
    text: 'a text',
    instant: 'a moment',
  }[type];
  return (value) =>
    new SourceMismatchError(
      `A value of ${table}.${name} is not ${expected}, as the report's definition says.`,
      {
        isFinal: true,
        cause: new Error(`the value is ${value}`),
      },
    );
}

function shown(bytes: Uint8Array, start: number, end: number): string {
  return JSON.stringify(Buffer.from(bytes.subarray(start, Math.min(end, start + 100))).toString());
}
