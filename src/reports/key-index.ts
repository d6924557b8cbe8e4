import { ResultTooLargeError } from './errors.js';
import type { TextColumn } from './text-column.js';
import type { TextKeys } from './keys.js';

/** Maximum size of all keys of one report together. */
const MAX_KEY_BYTES = 256 * 1024 * 1024;
const MAX_KEY = 65_535;
const FIRST_CAPACITY = 1024;
/**
 * 2^32 divided by the golden ratio. Multiplication by this number spreads neighbouring numbers over the whole table
 * (Knuth, TAOCP 6.4).
 */
const GOLDEN = 0x9e37_79b1;

/** Assigns the next row (0, 1, 2 …) to each distinct number, with an open-addressing hash table. */
export class NumberIndex {
  #keys = new Int32Array(FIRST_CAPACITY);
  #cells = new CellTable(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  rowOf(key: number): number {
    const cells = this.#cells.cells;
    const mask = cells.length - 1;
    let cell = Math.imul(key, GOLDEN) >>> this.#cells.shift;
    for (;;) {
      const row = (cells[cell] as number) - 1;
      if (row < 0) return this.#add(key, cell);
      if (this.#keys[row] === key) return row;
      cell = (cell + 1) & mask;
    }
  }

  /** The keys in the order of their rows. The view is valid until the next key is added. */
  toKeys(): Int32Array {
    return this.#keys.subarray(0, this.#size);
  }

  #add(key: number, cell: number): number {
    const row = this.#size;
    this.#cells.cells[cell] = row + 1;
    this.#keys[row] = key;
    this.#size = row + 1;
    if (this.#size === this.#keys.length) this.#grow();
    return row;
  }

  #grow(): void {
    this.#keys = enlarged(this.#keys, new Int32Array(this.#keys.length * 2));
    this.#cells = new CellTable(this.#keys.length);
    for (let row = 0; row < this.#size; row += 1)
      this.#cells.place(row, Math.imul(this.#keys[row] as number, GOLDEN) >>> 0);
  }
}

/** Assigns the next row to each distinct text. Texts are compared by their bytes and stored one after the other. */
export class TextIndex {
  #bytes = new Uint8Array(64 * 1024);
  #offsets = new Uint32Array(FIRST_CAPACITY + 1);
  #hashes = new Uint32Array(FIRST_CAPACITY);
  #cells = new CellTable(FIRST_CAPACITY);
  #size = 0;
  readonly #check: (text: Uint8Array) => void;

  /** @param check called with each new key; throws to reject the key */
  constructor(check: (text: Uint8Array) => void) {
    this.#check = check;
  }

  get size(): number {
    return this.#size;
  }

  rowOf({ bytes, starts, ends }: TextColumn, index: number): number {
    const start = starts[index] as number;
    const end = ends[index] as number;
    const hash = hashOf(bytes, start, end);
    const { cells, shift } = this.#cells;
    const mask = cells.length - 1;
    let cell = hash >>> shift;
    for (;;) {
      const row = (cells[cell] as number) - 1;
      if (row < 0) return this.#add(bytes.subarray(start, end), hash, cell);
      if (this.#hashes[row] === hash && this.#isAt(row, bytes, start, end)) return row;
      cell = (cell + 1) & mask;
    }
  }

  /** The keys in the order of their rows. The view is valid until the next key is added. */
  toKeys(): TextKeys {
    const length = this.#offsets[this.#size] as number;
    return { bytes: this.#bytes.subarray(0, length), offsets: this.#offsets.subarray(0, this.#size + 1) };
  }

  #isAt(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.#offsets[row] as number;
    if ((this.#offsets[row + 1] as number) - at !== end - start) return false;
    for (let from = start; from < end; from += 1) if (this.#bytes[at++] !== bytes[from]) return false;
    return true;
  }

  #add(text: Uint8Array, hash: number, cell: number): number {
    this.#check(text);
    const row = this.#size;
    const start = this.#offsets[row] as number;
    const end = start + text.length;
    if (text.length > MAX_KEY || end > MAX_KEY_BYTES) throw keysTooLarge();
    if (end > this.#bytes.length) {
      const length = Math.min(MAX_KEY_BYTES, Math.max(end, this.#bytes.length * 2));
      this.#bytes = enlarged(this.#bytes, new Uint8Array(length));
    }
    this.#bytes.set(text, start);
    this.#cells.cells[cell] = row + 1;
    this.#hashes[row] = hash;
    this.#offsets[row + 1] = end;
    this.#size = row + 1;
    if (this.#size === this.#hashes.length) this.#grow();
    return row;
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2;
    this.#hashes = enlarged(this.#hashes, new Uint32Array(capacity));
    this.#offsets = enlarged(this.#offsets, new Uint32Array(capacity + 1));
    this.#cells = new CellTable(capacity);
    for (let row = 0; row < this.#size; row += 1) this.#cells.place(row, this.#hashes[row] as number);
  }
}

/**
 * The cells of a hash table. A cell holds row + 1, or 0 while it is free. The highest bits of a key's hash are the
 * index of the first cell to look at. At most half of the cells are in use.
 */
class CellTable {
  readonly cells: Uint32Array;
  /** A 32-bit hash, shifted right by this number of bits, is the index of a cell. */
  readonly shift: number;

  /** @param capacity maximum number of rows; a power of two */
  constructor(capacity: number) {
    this.cells = new Uint32Array(capacity * 2);
    this.shift = Math.clz32(capacity * 2) + 1;
  }

  /** Stores a row whose key must not be in the table yet. */
  place(row: number, hash: number): void {
    const mask = this.cells.length - 1;
    let cell = hash >>> this.shift;
    while (this.cells[cell] !== 0) cell = (cell + 1) & mask;
    this.cells[cell] = row + 1;
  }
}

/**
 * FNV-1a, followed by another multiplication that spreads the bits, because the table uses the highest bits of the
 * hash.
 */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x0100_0193);
  return Math.imul(hash ^ (hash >>> 15), GOLDEN) >>> 0;
}

export function enlarged<Values extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  from: Values,
  to: Values,
): Values {
  to.set(from);
  return to;
}

function keysTooLarge(): ResultTooLargeError {
  const megabytes = MAX_KEY_BYTES / 1024 / 1024;
  return new ResultTooLargeError(
    `The keys of the report have more than ${megabytes} MB together, or one has more than 64 kB; narrow the filter.`,
  );
}
