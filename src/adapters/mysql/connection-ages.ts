import type { Connection } from 'mysql2';

/**
 * Records when each connection was opened. When a connection meets a read-only server, this connection and all older
 * ones are retired. After a failover behind one address, the older connections still lead to the former primary, which
 * may answer reads until the connections are closed.
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

  /**
   * Retires this connection and all connections that were opened before now. Does nothing when this connection is
   * retired already.
   */
  retire(connection: Connection): void {
    if (!this.isRetired(connection)) this.#retiredUntil = performance.now();
  }
}
