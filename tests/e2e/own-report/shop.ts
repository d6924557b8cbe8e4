/** A database server besides the service's own, with an account that may only read. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { root } from '../../../scripts/project.mjs';
import { startMariaDb } from '../../../scripts/servers/mariadb.mjs';
import type { PrivateServer } from '../../../scripts/servers/private-server.mjs';
import { emptyData } from '../../support/database.js';
import { throwAway } from '../../support/throw-away.js';

export interface OwnedServer {
  readonly server: PrivateServer;
  readonly port: string;
  /** The Unix socket over which the account `owner` connects. */
  readonly socketPath: string;
  readonly owner: string;
  /** Executes SQL with the account `owner`. */
  run(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

export interface Shop extends OwnedServer {
  /** The value for SOURCE_DATABASE_URL. The account in this URL has only the privilege SELECT. */
  readonly url: string;
}

/** Starts a server with the table of examples/own-report. */
export async function startShop(): Promise<Shop> {
  const server = await startOwnedServer();
  await server.run(readFileSync(join(root, 'examples/own-report/orders.sql'), 'utf8'));
  await server.run("CREATE USER reports@'127.0.0.1' IDENTIFIED BY 'secret'");
  await server.run("GRANT SELECT ON shop.* TO reports@'127.0.0.1'");
  return { ...server, url: `mysql://reports:secret@127.0.0.1:${server.port}/shop` };
}

/** Starts a server without tables. */
export async function startOwnedServer(): Promise<OwnedServer> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-shop-'));
  const server = await startMariaDb({ dir, emptyData: emptyData(), durable: false });
  const socketPath = join(dir, 'mariadb/data/m.sock');
  const owner = server.name.startsWith('MariaDB') ? userInfo().username : 'root';
  const connection = await createConnection({
    socketPath,
    user: owner,
    multipleStatements: true,
    decimalNumbers: true,
  });
  return {
    server,
    port: new URL(server.url).port,
    socketPath,
    owner,
    async run(sql, values = []) {
      const [rows] = await connection.query(sql, [...values]);
      return rows as Readonly<Record<string, unknown>>[];
    },
    async close() {
      connection.destroy();
      await throwAway(dir, server);
    },
  };
}
