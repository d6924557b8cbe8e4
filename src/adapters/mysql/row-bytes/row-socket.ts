import { connect, type Socket } from 'node:net';
import type { ResultSetReader } from './result-set-reader.js';
import { RowBuffer } from './row-buffer.js';

export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

/** A socket of mysql2 whose bytes can be passed to a reader instead of the driver. */
export interface RowSocket {
  /** Passes bytes to the reader until it has read the server's whole answer. */
  readTo(reader: ResultSetReader): void;
  toDriver(packets: Buffer): void;
}

const rowSockets = new WeakMap<object, RowSocket>();

/** The row socket of a driver's stream; undefined if the stream has none. */
export function rowSocketOf(stream: object): RowSocket | undefined {
  return rowSockets.get(stream);
}

/** Connects like `net.connect`, but the socket reads into a RowBuffer. */
export function connectRowSocket(address: Address): Socket {
  const buffer = new RowBuffer();
  const toDriver = (packets: Buffer): void => void socket.emit('data', packets);
  const socket = connect({
    ...address,
    noDelay: true,
    keepAlive: true,
    onread: {
      buffer: () => buffer.room,
      callback(length) {
        const left = buffer.arrived(length);
        if (left !== undefined && left.length > 0) toDriver(left);
        return true;
      },
    },
  });
  rowSockets.set(socket, { readTo: (reader) => buffer.readTo(reader), toDriver });
  return socket;
}

/**
 * Turns the TLS stream that mysql2 reads from into a row socket. Node takes a read buffer (`onread`) only when a socket
 * is created, and mysql2 itself creates the TLS socket. Each chunk is therefore copied into the row buffer, one copy
 * more than without TLS.
 */
export function interceptRows(stream: Socket): void {
  const buffer = new RowBuffer();
  const driver = stream.listeners('data') as ((packets: Buffer) => void)[];
  const toDriver = (packets: Buffer): void => {
    for (const listener of driver) listener.call(stream, packets);
  };
  stream.removeAllListeners('data').on('data', (chunk: Buffer) => {
    let at = 0;
    while (buffer.isReading && at < chunk.length) {
      const copied = chunk.copy(buffer.room, 0, at);
      at += copied;
      const left = buffer.arrived(copied);
      if (left !== undefined) at -= left.length;
    }
    if (at < chunk.length) toDriver(chunk.subarray(at));
  });
  rowSockets.set(stream, { readTo: (reader) => buffer.readTo(reader), toDriver });
}
