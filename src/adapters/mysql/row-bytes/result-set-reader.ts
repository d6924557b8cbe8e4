import type { PostBatch } from '../../../reports/ports/post-source.js';

export interface ResultSetEvents {
  /** Posts whose texts are offsets into the bytes that were read; both are valid during the call only. */
  readonly onBatch: (batch: PostBatch) => void;
  /** Packets that the driver has to see. The bytes are its own. */
  readonly toDriver: (packets: Buffer) => void;
  /** What `onBatch` threw, or that the bytes are no such answer; once. Rows still to come are read and thrown away. */
  readonly onError: (error: unknown) => void;
}

const HEADER = 4;
/** A payload of this length goes on in the next packet. */
const FULL_PACKET = 0xff_ff_ff;
const MAX_ROWS = 4096;
const ERROR = 0xff;
const EOF = 0xfe;
const EOF_SHORTER_THAN = 9;
const NULL = 0xfb;
/** Digits and sign of 64 bits. */
const LONGEST_ID = 20;

/** Reads the answer to `SELECT user_id, context …` from a connection's bytes; see README.md for the protocol. */
export class ResultSetReader {
  readonly #events: ResultSetEvents;
  readonly #userIds = new Int32Array(MAX_ROWS);
  readonly #starts = new Uint32Array(MAX_ROWS);
  readonly #ends = new Uint32Array(MAX_ROWS);
  #rows = 0;
  #part: 'head' | 'columns' | 'rows' | 'over' = 'head';
  #columnsLeft = 0;
  #lastSequence = 0;
  #needed = HEADER;
  #discarding = false;

  constructor(events: ResultSetEvents) {
    this.#events = events;
  }

  /** The answer has been read to its end, or was none with rows. */
  get isOver(): boolean {
    return this.#part === 'over';
  }

  /** How many bytes there must be, from the first unread one on, before anything more can be read. */
  get needed(): number {
    return this.#needed;
  }

  /** Reads on without batches: nobody wants the rows any more. */
  discard(): void {
    this.#discarding = true;
    this.#rows = 0;
  }

  /**
   * Reads whole packets from `bytes[0, end)`, which begins where the last call stopped.
   *
   * @returns how many bytes were read; the rest is to come again, with more behind it
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
        // An error, OK, or a request for a file: no rows follow.
        this.#part = first === ERROR || first === 0 || first === NULL ? 'over' : 'columns';
        if (this.#part === 'columns' && first !== 2)
          throw new Error(`expected two columns, but there are ${first}`);
        return;
      case 'columns':
        this.#hand(bytes, at, next);
        if (first === ERROR) this.#part = 'over';
        else if (this.#columnsLeft > 0) this.#columnsLeft -= 1;
        else {
          this.#part = 'rows';
          // CLIENT_DEPRECATE_EOF, which nobody asked for, leaves it out.
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

  #addRow(bytes: Buffer, at: number, next: number): void {
    const row = this.#rows;
    const idLength = bytes[at] as number;
    const textAt = at + 1 + idLength;
    if (idLength > LONGEST_ID) throw new Error(`expected a user's id, but found the byte ${idLength}`);
    this.#userIds[row] = parseId(bytes, at + 1, textAt);
    const [start, length] = lengthAt(bytes, textAt);
    if (start + length !== next) throw new Error('expected the row to end with its text');
    this.#starts[row] = start;
    this.#ends[row] = start + length;
    this.#rows = row + 1;
  }

  /** What `onBatch` throws ends the batches, not the reading. */
  #flush(bytes: Buffer): void {
    const count = this.#rows;
    this.#rows = 0;
    if (count === 0 || this.#discarding) return;
    try {
      this.#events.onBatch({
        count,
        userIds: this.#userIds,
        text: bytes,
        starts: this.#starts,
        ends: this.#ends,
      });
    } catch (error) {
      this.#fail(error);
    }
  }
}

function isEof(bytes: Buffer, at: number, next: number): boolean {
  return bytes[at + HEADER] === EOF && next - at - HEADER < EOF_SHORTER_THAN;
}

/** Bytes of the packet at `at`, with those it goes on in; or as many as must be there to say more. */
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

/** The payload of a packet that goes on in others. */
function joined(bytes: Buffer, at: number, next: number): Buffer {
  const parts: Buffer[] = [];
  for (let header = at; header < next; header += HEADER + FULL_PACKET) {
    parts.push(bytes.subarray(header + HEADER, Math.min(next, header + HEADER + FULL_PACKET)));
  }
  return Buffer.concat(parts);
}

/** A whole number in ASCII digits. */
function parseId(bytes: Buffer, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < end; at += 1)
    value = value * 10 + ((bytes[at] as number) - 0x30);
  return negative ? -value : value;
}

/** Where the value at `at` begins, and its length; NULL counts as empty. */
function lengthAt(bytes: Buffer, at: number): [start: number, length: number] {
  const first = bytes[at] as number;
  if (first < NULL) return [at + 1, first];
  switch (first) {
    case NULL:
      return [at + 1, 0];
    case 0xfc:
      return [at + 3, bytes.readUInt16LE(at + 1)];
    case 0xfd:
      return [at + 4, bytes.readUIntLE(at + 1, 3)];
    case 0xfe:
      return [at + 9, bytes.readUIntLE(at + 1, 6)];
    default:
      throw new Error(`expected a length, but found the byte ${first}`);
  }
}
