const DIGITS = 0x1_0000;

/** Number of values that are processed in one step, which takes 2 to 5 ms. */
const VALUES_PER_STEP = 200_000;

type Direction = 'ascending' | 'descending';

/**
 * The indexes of whole numbers, sorted by value and then by index. The radix sort, with digits of 16 bits and the
 * lowest digit first, is ten times as fast as a comparison sort, which takes over a second per million rows.
 */
export function indexesByValue(
  values: Float64Array | Int32Array,
  direction: Direction,
): Uint32Array<ArrayBuffer> {
  const steps = sort(values, direction);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Sorts like `indexesByValue`, but in steps, so that the event loop runs other work between two steps. */
export async function indexesByValueInSteps(
  values: Float64Array | Int32Array,
  direction: Direction,
): Promise<Uint32Array<ArrayBuffer>> {
  const steps = sort(values, direction);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise(setImmediate);
  }
}

function* sort(
  values: Float64Array | Int32Array,
  direction: Direction,
): Generator<void, Uint32Array<ArrayBuffer>> {
  const [smallest, largest] = extremes(values);
  const range = largest - smallest;
  const indexes = indexesOf(values.length);
  yield;
  // A difference of more than 53 bits is not exact. Only decimals of both signs can differ by so much, never counts.
  if (range > Number.MAX_SAFE_INTEGER) return comparedIndexes(indexes, values, direction);
  return yield* radixSort(indexes, range, (index) => {
    const value = values[index] as number;
    return direction === 'ascending' ? value - smallest : largest - value;
  });
}

function* radixSort(
  start: Uint32Array<ArrayBuffer>,
  range: number,
  distanceOf: (index: number) => number,
): Generator<void, Uint32Array<ArrayBuffer>> {
  const { length } = start;
  const digits = new Uint16Array(length);
  let indexes = start;
  for (let unit = 1; unit <= range; unit *= DIGITS) {
    for (let from = 0; from < length; from += VALUES_PER_STEP) {
      writeDigits(digits, unit, distanceOf, from, Math.min(length, from + VALUES_PER_STEP));
      yield;
    }
    const places = firstPlaces(digits);
    const sorted = new Uint32Array(length);
    for (let from = 0; from < length; from += VALUES_PER_STEP) {
      placeByDigit(sorted, places, indexes, digits, from, Math.min(length, from + VALUES_PER_STEP));
      yield;
    }
    indexes = sorted;
  }
  return indexes;
}

function writeDigits(
  digits: Uint16Array,
  unit: number,
  distanceOf: (index: number) => number,
  from: number,
  until: number,
): void {
  // The Uint16Array keeps the lowest 16 bits of the quotient.
  for (let index = from; index < until; index += 1) digits[index] = Math.floor(distanceOf(index) / unit);
}

function comparedIndexes(
  indexes: Uint32Array<ArrayBuffer>,
  values: Float64Array | Int32Array,
  direction: Direction,
): Uint32Array<ArrayBuffer> {
  const sign = direction === 'ascending' ? 1 : -1;
  return indexes.sort((a, b) => sign * Math.sign((values[a] as number) - (values[b] as number)) || a - b);
}

/** The numbers from 0 to `length` − 1. */
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

/**
 * @param places for each digit, the position in `sorted` of the next index with this digit; incremented after each use
 */
function placeByDigit(
  sorted: Uint32Array,
  places: Uint32Array,
  indexes: Uint32Array,
  digits: Uint16Array,
  from: number,
  until: number,
): void {
  for (let position = from; position < until; position += 1) {
    const index = indexes[position] as number;
    const digit = digits[index] as number;
    const place = places[digit] as number;
    sorted[place] = index;
    places[digit] = place + 1;
  }
}

/** For each digit, the position in the sorted indexes of the first index with this digit. */
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
