import type { Connection } from 'mysql2';

/**
 * When each connection was opened. A connection that met a read-only server retires all that are as old: after a
 * failover behind one address they lead to the former primary, which may go on answering reads for as long as they
 * live.
 */
export class ConnectionAges {
  readonly #openedAt = new WeakMap<Connection, number>();
  #retiredUntil = -Infinity;

  opened(connection: Connection): void {
    this.#openedAt.set(connection, performance.now());
  }

  isOlderThan(connection: Connection, moment: number): boolean {
    return (this.#openedAt.get(connection) ?? -Infinity) < moment;
  }

  isRetired(connection: Connection): boolean {
    return this.isOlderThan(connection, this.#retiredUntil);
  }

  /** Retires this connection and all that were opened before now. Does nothing when it is retired already. */
  retire(connection: Connection): void {
    if (!this.isRetired(connection)) this.#retiredUntil = performance.now();
  }
}
