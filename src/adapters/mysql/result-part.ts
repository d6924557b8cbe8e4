import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib';
import type { ReportTable } from '../../reports/report.js';

/** Rows of a part: small enough that a page is read quickly, and far below any packet limit. */
export const ROWS_PER_PART = 8192;

/** Bytes that are packed and unpacked sooner (0.1 ms) than a thread of the pool would have begun with them. */
const SMALL = 16 * 1024;

const compressInPool = promisify(deflateRaw);
const decompressInPool = promisify(inflateRaw);

/**
 * A slice of a table as bytes: three columns one after the other, little-endian, each number as its difference to the
 * one before (sorted columns shrink to almost nothing), deflated at level 1. Columns are 32 bits
 * wide; when a total does not fit, both totals are doubles.
 */
export async function encodePart(table: ReportTable, start: number, end: number): Promise<Buffer> {
  const count = end - start;
  const words = table.totalWords.subarray(start, end);
  const posts = table.totalPosts.subarray(start, end);
  const bytes = new ArrayBuffer(count * (isWide(words) || isWide(posts) ? 20 : 12));
  if (bytes.byteLength === count * 12) {
    writeDifferences(new Uint32Array(bytes, 0, count), table.userIds.subarray(start, end));
    writeDifferences(new Uint32Array(bytes, count * 4, count), words);
    writeDifferences(new Uint32Array(bytes, count * 8, count), posts);
  } else {
    new Float64Array(bytes, 0, count).set(words);
    new Float64Array(bytes, count * 8, count).set(posts);
    writeDifferences(new Uint32Array(bytes, count * 16, count), table.userIds.subarray(start, end));
  }
  return compress(new Uint8Array(bytes));
}

/** @param count rows of the part */
export async function decodePart(data: Buffer, count: number): Promise<ReportTable> {
  // A copy, because the columns must begin at a multiple of their width.
  const unpacked = data.length + count * 20 <= SMALL ? inflateRawSync(data) : await decompressInPool(data);
  const bytes = Uint8Array.from(unpacked).buffer;
  if (bytes.byteLength === count * 12) {
    return {
      userIds: Int32Array.from(readSums(new Uint32Array(bytes, 0, count)), (value) => value | 0),
      totalWords: Float64Array.from(readSums(new Uint32Array(bytes, count * 4, count))),
      totalPosts: Float64Array.from(readSums(new Uint32Array(bytes, count * 8, count))),
    };
  }
  return {
    userIds: Int32Array.from(readSums(new Uint32Array(bytes, count * 16, count)), (value) => value | 0),
    totalWords: new Float64Array(bytes, 0, count),
    totalPosts: new Float64Array(bytes, count * 8, count),
  };
}

async function compress(bytes: Uint8Array): Promise<Buffer> {
  const options = { level: 1 };
  return bytes.length <= SMALL ? deflateRawSync(bytes, options) : compressInPool(bytes, options);
}

function isWide(column: Float64Array): boolean {
  return column.some((value) => value > 0xffff_ffff);
}

/** Modulo 2^32, so that differences of any 32-bit numbers fit. */
function writeDifferences(target: Uint32Array, column: Int32Array | Float64Array): void {
  let previous = 0;
  for (let index = 0; index < target.length; index += 1) {
    const value = column[index] as number;
    target[index] = value - previous;
    previous = value;
  }
}

function readSums(differences: Uint32Array): Uint32Array {
  let sum = 0;
  for (let index = 0; index < differences.length; index += 1) {
    sum = (sum + (differences[index] as number)) >>> 0;
    differences[index] = sum;
  }
  return differences;
}
