import type { RowBatch } from '../../../reports/row-batch.js';
import { batchOf, MAX_ROWS, type ColumnReader } from '../column-readers.js';

export interface ResultSetEvents {
  /** Called with rows whose texts are offsets into the bytes that were read; both are valid during the call only. */
  readonly onBatch: (batch: RowBatch) => void;
  /** Called with a copy of the packets that the driver has to see. */
  readonly toDriver: (packets: Buffer) => void;
  /**
   * Called once, with an error of `onBatch` or because the bytes are no such answer. The rows after it are read and
   * dropped.
   */
  readonly onError: (error: unknown) => void;
}

const HEADER = 4;
/** A packet with a payload of this length is continued in the next packet. */
const FULL_PACKET = 0xff_ff_ff;
const ERROR = 0xff;
const EOF = 0xfe;
const EOF_SHORTER_THAN = 9;
const NULL = 0xfb;

/** Parses the answer to a SELECT from a connection's bytes; see README.md for the protocol. */
export class ResultSetReader {
  readonly #events: ResultSetEvents;
  readonly #readers: readonly ColumnReader[];
  #rows = 0;
  #part: 'head' | 'columns' | 'rows' | 'over' = 'head';
  #columnsLeft = 0;
  #lastSequence = 0;
  #needed = HEADER;
  #discarding = false;

  /** @param readers one for each column of the SELECT */
  constructor(readers: readonly ColumnReader[], events: ResultSetEvents) {
    this.#readers = readers;
    this.#events = events;
  }

  /** Whether the answer was read to its end, or has no rows. */
  get isOver(): boolean {
    return this.#part === 'over';
  }

  /** Bytes, from the first unread one on, that are needed to read more. */
  get needed(): number {
    return this.#needed;
  }

  /** Reads and drops the rest of the rows. */
  discard(): void {
    this.#discarding = true;
    this.#rows = 0;
  }

  /**
   * Reads whole packets from `bytes[0, end)`, which begins where the last call stopped.
   *
   * @returns how many bytes were read; the caller passes the others again, with more behind them
   */
  read(bytes: Buffer, end: number): number {
    let at = 0;
    while (this.#part !== 'over') {
      const size = packetSize(bytes, at, end);
      this.#needed = size;
      const next = at + size;
      if (next > end) break;
      try {
        this.#take(bytes, at, next);
      } catch (error) {
        this.#fail(error);
      }
      at = next;
    }
    this.#flush(bytes);
    return at;
  }

  #fail(error: unknown): void {
    this.discard();
    this.#events.onError(error);
  }

  #take(bytes: Buffer, at: number, next: number): void {
    const first = bytes[at + HEADER];
    switch (this.#part) {
      case 'head':
        this.#hand(bytes, at, next);
        this.#columnsLeft = first as number;
        // The answer is an error, an OK, or a request for a file: no rows follow.
        this.#part = first === ERROR || first === 0 || first === NULL ? 'over' : 'columns';
        if (this.#part === 'columns' && first !== this.#readers.length)
          throw new Error(`expected ${this.#readers.length} columns, but there are ${first}`);
        return;
      case 'columns':
        this.#hand(bytes, at, next);
        if (first === ERROR) this.#part = 'over';
        else if (this.#columnsLeft > 0) this.#columnsLeft -= 1;
        else {
          this.#part = 'rows';
          // A server that uses CLIENT_DEPRECATE_EOF would leave the packet out, but it was not requested.
          if (!isEof(bytes, at, next)) throw new Error('expected EOF behind the columns');
        }
        return;
      case 'rows': {
        if (first !== ERROR && !isEof(bytes, at, next)) {
          if (!this.#discarding) this.#takeRow(bytes, at, next);
          return;
        }
        this.#flush(bytes);
        this.#part = 'over';
        const packet = Buffer.from(bytes.subarray(at, next));
        packet[3] = (this.#lastSequence + 1) & 0xff;
        this.#events.toDriver(packet);
        return;
      }
      case 'over':
    }
  }

  #hand(bytes: Buffer, at: number, next: number): void {
    this.#lastSequence = bytes[at + 3] as number;
    this.#events.toDriver(Buffer.from(bytes.subarray(at, next)));
  }

  #takeRow(bytes: Buffer, at: number, next: number): void {
    if (next - at >= HEADER + FULL_PACKET) {
      this.#flush(bytes);
      const payload = joined(bytes, at, next);
      this.#addRow(payload, 0, payload.length);
      this.#flush(payload);
      return;
    }
    this.#addRow(bytes, at + HEADER, next);
    if (this.#rows === MAX_ROWS) this.#flush(bytes);
  }

  #addRow(bytes: Buffer, start: number, next: number): void {
    const row = this.#rows;
    let at = start;
    for (let column = 0; column < this.#readers.length; column += 1) {
      const reader = this.#readers[column] as ColumnReader;
      const first = bytes[at] as number;
      if (first === NULL) {
        reader.putNull(row);
        at += 1;
        continue;
      }
      const valueAt = at + sizeOfLength(first);
      at = valueAt + lengthAt(bytes, at, first);
      if (at > next) break;
      reader.put(row, bytes, valueAt, at);
    }
    if (at !== next) throw new Error('expected the row to end with its last value');
    this.#rows = row + 1;
  }

  /** An error in `onBatch` ends the batches; reading goes on. */
  #flush(bytes: Buffer): void {
    const count = this.#rows;
    this.#rows = 0;
    if (count === 0 || this.#discarding) return;
    try {
      this.#events.onBatch(batchOf(this.#readers, count, bytes));
    } catch (error) {
      this.#fail(error);
    }
  }
}

function isEof(bytes: Buffer, at: number, next: number): boolean {
  return bytes[at + HEADER] === EOF && next - at - HEADER < EOF_SHORTER_THAN;
}

/**
 * Length of the packet at `at` with its continuations. When `end` cuts off one of their headers: the length up to the
 * end of that header.
 */
function packetSize(bytes: Buffer, at: number, end: number): number {
  let size = 0;
  for (;;) {
    const header = at + size;
    if (header + HEADER > end) return size + HEADER;
    const length =
      (bytes[header] as number) |
      ((bytes[header + 1] as number) << 8) |
      ((bytes[header + 2] as number) << 16);
    size += HEADER + length;
    if (length < FULL_PACKET) return size;
  }
}

/** The payload of a packet and its continuations. */
function joined(bytes: Buffer, at: number, next: number): Buffer {
  const parts: Buffer[] = [];
  for (let header = at; header < next; header += HEADER + FULL_PACKET) {
    parts.push(bytes.subarray(header + HEADER, Math.min(next, header + HEADER + FULL_PACKET)));
  }
  return Buffer.concat(parts);
}

/** How many bytes the length of a value takes, by its first byte. */
function sizeOfLength(first: number): number {
  if (first < NULL) return 1;
  switch (first) {
    case 0xfc:
      return 3;
    case 0xfd:
      return 4;
    case 0xfe:
      return 9;
    default:
      throw new Error(`expected a length, but found the byte ${first}`);
  }
}

/** The length of the value whose length prefix is at `at`. */
function lengthAt(bytes: Buffer, at: number, first: number): number {
  if (first < NULL) return first;
  switch (first) {
    case 0xfc:
      return bytes.readUInt16LE(at + 1);
    case 0xfd:
      return bytes.readUIntLE(at + 1, 3);
    default:
      return bytes.readUIntLE(at + 1, 6);
  }
}
