import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { userName } from '../../scripts/servers/system-user.mjs';
import { emptyData } from '../support/database.js';
import { throwAway } from '../support/throw-away.js';

/** A database server whose settings a test may change. */
export interface DatabaseServer {
  /** An account with all rights in the database and none beyond it. */
  readonly url: string;
  /** Runs a statement as root, who may change global settings. */
  change(...statements: readonly string[]): Promise<void>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @param options for the server's command line */
export async function startDatabaseServer(options: readonly string[] = []): Promise<DatabaseServer> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  const server = await startMariaDb({ dir, options, emptyData: emptyData(), durable: false });
  const change = async (...statements: readonly string[]) => {
    const root = await connectAsRoot(join(dir, 'mariadb/data/m.sock'), server.name);
    try {
      for (const sql of statements) await root.query(sql);
    } finally {
      await root.end();
    }
  };
  return {
    url: server.url,
    change,
    kill: () => server.kill('SIGKILL'),
    start: () => server.start(),
    close: () => throwAway(dir, server),
  };
}

/**
 * Over the socket in the data folder: MariaDB accepts the system's user by `unix_socket`, MySQL root without a
 * password.
 */
function connectAsRoot(socketPath: string, title: string): Promise<Connection> {
  return createConnection({
    socketPath,
    user: title.startsWith('MariaDB') ? userName() : 'root',
    authPlugins: { unix_socket: () => () => Buffer.alloc(0) },
  });
}
