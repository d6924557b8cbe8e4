import type { ResultSetReader } from './result-set-reader.js';

/** Capacity in bytes; a longer row gets a larger buffer while it is read. */
const BUFFER_SIZE = 128 * 1024;

/** Buffers bytes until they are whole packets, and passes them to a reader. */
export class RowBuffer {
  readonly #ordinary = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  #bytes = this.#ordinary;
  /** Unread bytes at the buffer's beginning. */
  #kept = 0;
  #reader: ResultSetReader | undefined;

  get isReading(): boolean {
    return this.#reader !== undefined;
  }

  /** The free part of the buffer, where the next bytes go. Never empty. */
  get room(): Buffer {
    return this.#kept === 0 ? this.#bytes : this.#bytes.subarray(this.#kept);
  }

  readTo(reader: ResultSetReader): void {
    this.#reader = reader;
  }

  /**
   * Called after `length` bytes were written to `room`.
   *
   * @returns a copy of the bytes behind the end of the answer that the reader reads, or of all bytes when there is no reader
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
