import type { Connection } from 'rabbitmq-client';

/**
 * One write for all that is published in one turn of the event loop: requests that shared a COMMIT send their messages
 * in the same turn, and rabbitmq-client 5.0.8 makes a write of each.
 */
export class SharedWrites {
  readonly #connection: Connection;
  #waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Calls `publish` when the turn is over. */
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
    // Corked for longer than this, the connection would count as blocked.
    socket?.cork();
    for (const publish of waiting) publish();
    socket?.uncork();
  }
}

/** What the types of rabbitmq-client keep private. Without it each message is a write of its own again, and that is all. */
interface ConnectionParts {
  readonly _socket?: { cork(): void; uncork(): void };
}
