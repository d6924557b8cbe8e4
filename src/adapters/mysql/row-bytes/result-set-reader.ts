import type { RowBatch } from '../../../reports/row-batch.js';
import { batchOf, MAX_ROWS, type ColumnReader } from '../column-readers.js';

export interface ResultSetEvents {
  /**
   * Called with a batch of rows, whose texts are offsets into the bytes that were read. The batch and the bytes are
   * valid only during the call.
   */
  readonly onBatch: (batch: RowBatch) => void;
  /** Called with a copy of the packets that the driver has to see. */
  readonly toDriver: (packets: Buffer) => void;
  /**
   * Called at most once, with an error that `onBatch` threw, or because the bytes are not a valid answer to the SELECT.
   * The rows after the error are read and dropped.
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

  /** The number of bytes, counted from the first unread byte, that the reader needs to read the next packet. */
  get needed(): number {
    return this.#needed;
  }

  /** Makes the reader drop all further rows. */
  discard(): void {
    this.#discarding = true;
    this.#rows = 0;
  }

  /**
   * Reads the whole packets in `bytes[0, end)`. `bytes` begins with the first byte that the previous call did not read.
   *
   * @returns how many bytes were read; the caller passes the unread bytes again, followed by new bytes
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
          // A server that uses CLIENT_DEPRECATE_EOF would leave the EOF packet out, but the client does not request
          // that option.
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

  /** After an error in `onBatch` no batch is delivered any more, but reading continues. */
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
 * Returns the length of the packet at `at`, with the packets that continue it. When `end` cuts off one of their
 * headers, the length reaches to the end of that header.
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

/** Returns the number of bytes of a length prefix. The first byte of the prefix determines it. */
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
