import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import type { ReportTable } from '../../reports/report-table.js';
import type { Keys, TextKeys } from '../../reports/keys.js';
import type { ResultColumn } from '../../reports/result-columns.js';

/** Maximum of rows in a part: small enough to read a page quickly, and far below any packet limit. */
export const ROWS_PER_PART = 8192;
const BYTES_PER_PART = 192 * 1024;

/** Below this size in bytes, packing takes less time (0.1 ms) than handing the bytes to a thread of the pool. */
const SMALL = 16 * 1024;

const compressInPool = promisify(deflateRaw);
const decompressInPool = promisify(inflateRaw);

/** The rows of each part of a table, as `[start, end)`. */
export function* partsOf({ keys, figures, rowCount }: ReportTable): Generator<readonly [number, number]> {
  const figureBytes = figures.length * 8;
  let start = 0;
  while (start < rowCount) {
    let end = start;
    let bytes = 0;
    while (end < rowCount && end - start < ROWS_PER_PART && (bytes < BYTES_PER_PART || end === start)) {
      bytes += figureBytes + 4 + (keys instanceof Int32Array ? 0 : lengthOf(keys, end));
      end += 1;
    }
    yield [start, end];
    start = end;
  }
}

/**
 * Encodes rows of a table as bytes: one column after the other, little-endian, deflated at level 1. Each number is its
 * 32-bit difference to the previous number of the column, so that sorted columns compress well. When a figure does not
 * fit into 32 bits, all figures are doubles, and the figures stand before the keys.
 *
 * A table with text keys has a byte that says whether the figures are doubles, the figures, the lengths of the keys,
 * and the bytes of the keys.
 */
export async function encodePart(table: ReportTable, start: number, end: number): Promise<Buffer> {
  const figures = table.figures.map((figure) => figure.subarray(start, end));
  const areWide = figures.some(isWide);
  const { keys } = table;
  if (keys instanceof Int32Array) {
    const numbers = differencesOf(keys.subarray(start, end));
    const narrow = [numbers, ...figures.map(differencesOf)];
    return compress(joined(areWide ? [...figures, numbers] : narrow));
  }
  const lengths = Uint32Array.from({ length: end - start }, (_, row) => lengthOf(keys, start + row));
  const texts = keys.bytes.subarray(keys.offsets[start], keys.offsets[end]);
  return compress(
    joined([
      Uint8Array.of(areWide ? 1 : 0),
      ...(areWide ? figures : figures.map(differencesOf)),
      lengths,
      texts,
    ]),
  );
}

/** @param count rows of the part */
export async function decodePart(
  data: Buffer,
  count: number,
  columns: readonly ResultColumn[],
): Promise<ReportTable> {
  const isSmall = data.length + count * 20 <= SMALL;
  const reader = new PartReader(isSmall ? inflateRawSync(data) : await decompressInPool(data), count);
  const figureColumns = columns.slice(1);
  const readFigures = (areWide: boolean): Float64Array[] =>
    figureColumns.map(() => (areWide ? reader.doubles() : new Float64Array(reader.sums())));
  if (columns[0]?.type === 'text') {
    const figures = readFigures(reader.byte() === 1);
    return { columns, rowCount: count, keys: reader.texts(), figures };
  }
  const readNumbers = (): Keys => new Int32Array(reader.sums().buffer);
  if (reader.length === count * 4 * columns.length) {
    const keys = readNumbers();
    return { columns, rowCount: count, keys, figures: readFigures(false) };
  }
  const figures = readFigures(true);
  return { columns, rowCount: count, keys: readNumbers(), figures };
}

class PartReader {
  readonly #bytes: Buffer;
  readonly #count: number;
  #at = 0;

  constructor(bytes: Buffer, count: number) {
    this.#bytes = bytes;
    this.#count = count;
  }

  get length(): number {
    return this.#bytes.length;
  }

  byte(): number {
    return this.#take(1)[0] as number;
  }

  doubles(): Float64Array {
    return new Float64Array(this.#copy(this.#count * 8));
  }

  /** Reads a column of differences and returns their running sums, modulo 2^32. */
  sums(): Uint32Array<ArrayBuffer> {
    const differences = new Uint32Array(this.#copy(this.#count * 4));
    let sum = 0;
    for (let index = 0; index < differences.length; index += 1) {
      sum = (sum + (differences[index] as number)) >>> 0;
      differences[index] = sum;
    }
    return differences;
  }

  texts(): TextKeys {
    const lengths = new Uint32Array(this.#copy(this.#count * 4));
    const offsets = new Uint32Array(this.#count + 1);
    for (let row = 0; row < lengths.length; row += 1)
      offsets[row + 1] = (offsets[row] as number) + (lengths[row] as number);
    return { bytes: this.#take(offsets[this.#count] as number), offsets };
  }

  #take(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Returns a copy, because a typed array must begin at a multiple of its element size. */
  #copy(length: number): ArrayBuffer {
    return new Uint8Array(this.#take(length)).buffer;
  }
}

function lengthOf({ offsets }: TextKeys, row: number): number {
  return (offsets[row + 1] as number) - (offsets[row] as number);
}

function joined(columns: readonly ArrayBufferView[]): Uint8Array {
  return Buffer.concat(
    columns.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
}

async function compress(bytes: Uint8Array): Promise<Buffer> {
  const options = { level: 1 };
  return bytes.length <= SMALL ? deflateRawSync(bytes, options) : compressInPool(bytes, options);
}

/** Whether a value of the column is below 0 or above 2^32 − 1. */
function isWide(figure: Float64Array): boolean {
  return figure.some((value) => value > 0xffff_ffff || value < 0);
}

/** Each difference is modulo 2^32, so that the difference of any two 32-bit numbers fits. */
function differencesOf(column: Int32Array | Float64Array): Uint32Array {
  const differences = new Uint32Array(column.length);
  let previous = 0;
  for (let index = 0; index < column.length; index += 1) {
    const value = column[index] as number;
    differences[index] = value - previous;
    previous = value;
  }
  return differences;
}
