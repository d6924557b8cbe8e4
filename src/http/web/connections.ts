import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** An exchange whose answer is not completely sent yet. */
export interface OpenExchange {
  readonly outgoing: ServerResponse;
  /** Whether the answer is an event stream; known when the answer is made. */
  isEventStream: boolean;
  /** Called once, if the connection closes before the answer is sent. */
  readonly onLost: () => void;
}

interface Connection {
  readonly open: Set<OpenExchange>;
  readonly onIdle: (() => void)[];
}

/**
 * The open connections of a server, and the exchanges of each. Listens to the sockets, because node:http reports a
 * closed connection only to the first of several pipelined responses (Node.js 20.19: the others have no socket yet),
 * and to no response after an upgrade.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();

  /** Adds a connection. Does nothing for a known socket. */
  add(socket: Socket): void {
    if (this.#connections.has(socket)) return;
    const connection: Connection = { open: new Set(), onIdle: [] };
    this.#connections.set(socket, connection);
    // node:http removes its error listener from an upgraded socket, and an error without a listener would be thrown.
    // After the error, the socket emits 'close'.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#connections.delete(socket);
      for (const { onLost } of connection.open) onLost();
    });
  }

  begin(socket: Socket, exchange: OpenExchange): void {
    this.#connections.get(socket)?.open.add(exchange);
  }

  /** Removes an exchange whose answer is sent. Returns false when the connection closed before. */
  end(socket: Socket, exchange: OpenExchange): boolean {
    const connection = this.#connections.get(socket);
    if (connection?.open.delete(exchange) !== true) return false;
    if (connection.open.size === 0) for (const run of connection.onIdle.splice(0)) run();
    return true;
  }

  /** Whether all answers on the connection are sent. */
  isIdle(socket: Socket): boolean {
    return (this.#connections.get(socket)?.open.size ?? 0) === 0;
  }

  /**
   * Calls `run` when all answers on the connection are sent: at once if they are, never if the connection closes first.
   */
  whenIdle(socket: Socket, run: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    if (connection.open.size === 0) run();
    else connection.onIdle.push(run);
  }

  *exchanges(): Iterable<OpenExchange> {
    for (const { open } of this.#connections.values()) yield* open;
  }

  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}
