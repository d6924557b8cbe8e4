const DIGITS = 0x1_0000;

/**
 * The indexes of whole numbers, sorted by value and then by index. A radix sort by digits of 16 bits, the lowest first,
 * is ten times as fast as comparing, which takes over a second per million rows.
 */
export function indexesByValue(
  values: Float64Array | Int32Array,
  direction: 'ascending' | 'descending',
): Uint32Array<ArrayBuffer> {
  const [smallest, largest] = extremes(values);
  const range = largest - smallest;
  const indexes = indexesOf(values.length);
  // Differences above 53 bits are not exact. Only decimals of both signs can have them, never counts.
  if (range > Number.MAX_SAFE_INTEGER) return comparedIndexes(indexes, values, direction);
  return radixSorted(indexes, range, (index) => {
    const value = values[index] as number;
    return direction === 'ascending' ? value - smallest : largest - value;
  });
}

function radixSorted(
  start: Uint32Array<ArrayBuffer>,
  range: number,
  distanceOf: (index: number) => number,
): Uint32Array<ArrayBuffer> {
  const digits = new Uint16Array(start.length);
  let indexes = start;
  for (let unit = 1; unit <= range; unit *= DIGITS) {
    for (let index = 0; index < digits.length; index += 1) {
      // The Uint16Array keeps the lowest 16 bits.
      digits[index] = Math.floor(distanceOf(index) / unit);
    }
    indexes = sortedByDigit(indexes, digits);
  }
  return indexes;
}

function comparedIndexes(
  indexes: Uint32Array<ArrayBuffer>,
  values: Float64Array | Int32Array,
  direction: 'ascending' | 'descending',
): Uint32Array<ArrayBuffer> {
  const sign = direction === 'ascending' ? 1 : -1;
  return indexes.sort((a, b) => sign * Math.sign((values[a] as number) - (values[b] as number)) || a - b);
}

/** The numbers 0, 1, 2 and so on. */
export function indexesOf(length: number): Uint32Array<ArrayBuffer> {
  const indexes = new Uint32Array(length);
  for (let index = 0; index < length; index += 1) indexes[index] = index;
  return indexes;
}

function extremes(values: Float64Array | Int32Array): [smallest: number, largest: number] {
  let smallest = Infinity;
  let largest = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    smallest = Math.min(smallest, values[index] as number);
    largest = Math.max(largest, values[index] as number);
  }
  return [smallest, largest];
}

function sortedByDigit(indexes: Uint32Array, digits: Uint16Array): Uint32Array<ArrayBuffer> {
  const places = firstPlaces(digits);
  const sorted = new Uint32Array(indexes.length);
  for (let position = 0; position < indexes.length; position += 1) {
    const index = indexes[position] as number;
    const digit = digits[index] as number;
    const place = places[digit] as number;
    sorted[place] = index;
    places[digit] = place + 1;
  }
  return sorted;
}

/** The position of the first index with each digit. */
function firstPlaces(digits: Uint16Array): Uint32Array {
  const places = new Uint32Array(DIGITS + 1);
  for (let index = 0; index < digits.length; index += 1) {
    const next = (digits[index] as number) + 1;
    places[next] = (places[next] as number) + 1;
  }
  for (let digit = 1; digit <= DIGITS; digit += 1) {
    places[digit] = (places[digit] as number) + (places[digit - 1] as number);
  }
  return places;
}
