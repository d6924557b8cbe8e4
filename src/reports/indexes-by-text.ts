import { indexesOf } from './indexes-by-value.js';
import type { TextKeys } from './keys.js';

/** Number of leading bytes that are compared as one number. 48 bits fit into the 53 bits of a JavaScript number. */
const PREFIX_BYTES = 6;

/**
 * The indexes of the texts, sorted by the texts' bytes. Most comparisons are decided by the first six bytes, which are
 * compared as one number.
 */
export function indexesByText(keys: TextKeys): Uint32Array {
  const { bytes, offsets } = keys;
  const count = offsets.length - 1;
  const prefixes = Float64Array.from({ length: count }, (_, index) =>
    prefixOf(bytes, offsets[index] as number, offsets[index + 1] as number),
  );
  return indexesOf(count).sort(
    (a, b) => (prefixes[a] as number) - (prefixes[b] as number) || compareTexts(keys, a, keys, b),
  );
}

/** Compares text `a` of `one` with text `b` of `other` by their bytes: negative, 0 or positive. */
export function compareTexts(one: TextKeys, a: number, other: TextKeys, b: number): number {
  const start = one.offsets[a] as number;
  const otherStart = other.offsets[b] as number;
  const length = (one.offsets[a + 1] as number) - start;
  const otherLength = (other.offsets[b + 1] as number) - otherStart;
  for (let at = 0; at < length && at < otherLength; at += 1) {
    const difference = (one.bytes[start + at] as number) - (other.bytes[otherStart + at] as number);
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}

function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  let prefix = 0;
  for (let at = start; at < start + PREFIX_BYTES; at += 1)
    prefix = prefix * 256 + (at < end ? (bytes[at] as number) : 0);
  return prefix;
}
