import type { Connection } from 'rabbitmq-client';

/**
 * Combines all messages that are published in one turn of the event loop into one write to the socket. rabbitmq-client
 * 5.0.8 makes one write per message, and requests that share a COMMIT send theirs in the same turn.
 */
export class SharedWrites {
  readonly #connection: Connection;
  #waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Calls `publish` at the end of the turn. */
  join<T>(publish: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) process.nextTick(() => this.#flush());
      this.#waiting.push(() => void publish().then(resolve, reject));
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const { _socket: socket } = this.#connection as unknown as ConnectionParts;
    // Corked only while these messages are written, because rabbitmq-client takes a corked connection for a blocked one.
    socket?.cork();
    for (const publish of waiting) publish();
    socket?.uncork();
  }
}

/** Private members of rabbitmq-client. If they are missing, each message is one write. */
interface ConnectionParts {
  readonly _socket?: { cork(): void; uncork(): void };
}
