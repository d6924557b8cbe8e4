import type { ResultSetReader } from './result-set-reader.js';

/** Room for what arrives at once; a row that is longer gets more for as long as it is read. */
const BUFFER_SIZE = 128 * 1024;

/** Holds what arrived until it is whole packets, and has a reader read them. */
export class RowBuffer {
  readonly #ordinary = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #bytes = this.#ordinary;
  /** Bytes at the buffer's beginning that the reader has not taken yet. */
  #kept = 0;
  #reader: ResultSetReader | undefined;

  get isReading(): boolean {
    return this.#reader !== undefined;
  }

  /** Where the next bytes go: never empty. */
  get room(): Buffer {
    return this.#kept === 0 ? this.#bytes : this.#bytes.subarray(this.#kept);
  }

  readTo(reader: ResultSetReader): void {
    this.#reader = reader;
  }

  /**
   * So many bytes were put into `room`.
   *
   * @returns a copy of those that are none of the reader's, since it is over or there is none
   */
  arrived(length: number): Buffer | undefined {
    const end = this.#kept + length;
    const taken = this.#reader?.read(this.#bytes, end) ?? 0;
    if (this.#reader === undefined || this.#reader.isOver) {
      const left = Buffer.from(this.#bytes.subarray(taken, end));
      this.#reader = undefined;
      this.#kept = 0;
      this.#bytes = this.#ordinary;
      return left;
    }
    const from = this.#bytes;
    if (this.#reader.needed > from.length) this.#bytes = Buffer.allocUnsafeSlow(roomFor(this.#reader.needed));
    from.copy(this.#bytes, 0, taken, end);
    this.#kept = end - taken;
    return undefined;
  }
}

function roomFor(needed: number): number {
  return Math.ceil((needed * 1.25) / BUFFER_SIZE) * BUFFER_SIZE;
}
