import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** An exchange whose answer is not out yet. */
export interface OpenExchange {
  readonly outgoing: ServerResponse;
  /** Known once the answer is made. */
  isEventStream: boolean;
  /** Called once when the connection closes first. */
  readonly onLost: () => void;
}

interface Connection {
  readonly open: Set<OpenExchange>;
  readonly onIdle: (() => void)[];
}

/**
 * The connections of a server, with what is open on each. node:http says only of the first of several pipelined
 * responses that its connection closed (Node.js 20.19: the others have no socket yet), and nothing any more of those
 * that were upgraded; so the sockets themselves are listened to.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();

  /** Known already: nothing happens. */
  add(socket: Socket): void {
    if (this.#connections.has(socket)) return;
    const connection: Connection = { open: new Set(), onIdle: [] };
    this.#connections.set(socket, connection);
    // node:http lets go of a socket with an upgrade; an error then has no other listener. 'close' follows.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#connections.delete(socket);
      for (const { onLost } of connection.open) onLost();
    });
  }

  begin(socket: Socket, exchange: OpenExchange): void {
    this.#connections.get(socket)?.open.add(exchange);
  }

  /** The answer is out. False when the connection closed before. */
  end(socket: Socket, exchange: OpenExchange): boolean {
    const connection = this.#connections.get(socket);
    if (connection?.open.delete(exchange) !== true) return false;
    if (connection.open.size === 0) for (const run of connection.onIdle.splice(0)) run();
    return true;
  }

  /** No answer is open on it. */
  isIdle(socket: Socket): boolean {
    return (this.#connections.get(socket)?.open.size ?? 0) === 0;
  }

  /** Runs once every answer before this moment is out; at once when there is none to wait for; never when it closes. */
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
