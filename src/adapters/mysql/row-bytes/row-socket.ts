import { connect, type Socket } from 'node:net';
import type { ResultSetReader } from './result-set-reader.js';

export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** Room for what arrives at once; a row that is longer gets more for as long as it is read. */
const BUFFER_SIZE = 128 * 1024;

/** A socket for mysql2 whose bytes can pass by it, to a reader. */
export interface RowSocket {
  readonly socket: Socket;
  /** From now on until the reader is over, what arrives is the reader's. */
  readTo(reader: ResultSetReader): void;
}

const rowSockets = new WeakMap<object, RowSocket>();

/** The row socket that a driver's stream is, if it is one. */
export function rowSocketOf(stream: object): RowSocket | undefined {
  return rowSockets.get(stream);
}

/** Connects like `net.connect`, but reads into a buffer of its own. */
export function connectRowSocket(address: Address): Socket {
  const ordinary = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  let buffer = ordinary;
  /** Bytes at the buffer's beginning that the reader has not taken yet. */
  let kept = 0;
  let reader: ResultSetReader | undefined;

  const socket = connect({
    ...address,
    noDelay: true,
    keepAlive: true,
    onread: {
      buffer: () => (kept === 0 ? buffer : buffer.subarray(kept)),
      callback(length) {
        if (reader === undefined) socket.emit('data', Buffer.from(buffer.subarray(0, length)));
        else take(reader, kept + length);
        return true;
      },
    },
  });

  function take(current: ResultSetReader, end: number): void {
    const taken = current.read(buffer, end);
    const rest = end - taken;
    if (current.isOver) {
      const left = Buffer.from(buffer.subarray(taken, end));
      reader = undefined;
      kept = 0;
      buffer = ordinary;
      if (left.length > 0) socket.emit('data', left);
      return;
    }
    const from = buffer;
    if (current.needed > buffer.length) buffer = Buffer.allocUnsafeSlow(roomFor(current.needed));
    from.copy(buffer, 0, taken, end);
    kept = rest;
  }

  rowSockets.set(socket, {
    socket,
    readTo(next) {
      reader = next;
    },
  });
  return socket;
}

function roomFor(needed: number): number {
  return Math.ceil((needed * 1.25) / BUFFER_SIZE) * BUFFER_SIZE;
}
