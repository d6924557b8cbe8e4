const DIGITS = 0x1_0000;

/**
 * The places of whole numbers of 0 or more in their order, equal ones by ascending place: a radix sort by digits of
 * 16 bits, the lowest first. Comparing takes ten times as long, and the event loop would stand still for over a second
 * per million users.
 */
export function indexesByValue(values: Float64Array, direction: 'ascending' | 'descending'): Uint32Array {
  const largest = maximum(values);
  const digits = new Uint16Array(values.length);
  let indexes = indexesOf(values);
  for (let unit = 1; unit <= largest; unit *= DIGITS) {
    for (let index = 0; index < digits.length; index += 1) {
      const value = values[index] as number;
      // The array keeps the lowest 16 bits.
      digits[index] = Math.floor((direction === 'ascending' ? value : largest - value) / unit);
    }
    indexes = sortedByDigit(indexes, digits);
  }
  return indexes;
}

/** 0, 1, 2 and so on. */
export function indexesOf(values: { readonly length: number }): Uint32Array<ArrayBuffer> {
  const indexes = new Uint32Array(values.length);
  for (let index = 0; index < indexes.length; index += 1) indexes[index] = index;
  return indexes;
}

function maximum(values: Float64Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, values[index] as number);
  return largest;
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

/** Where the first index with each digit goes. */
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
