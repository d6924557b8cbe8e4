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
  /** URL for an account that has all rights in its database and none outside. */
  readonly url: string;
  /** Runs statements as root, which may change global settings. */
  change(...statements: readonly string[]): Promise<void>;
  /** Kills the server with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @param options of the server's command line */
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
 * Connects over the Unix socket in the data folder. MariaDB accepts the user of this process by `unix_socket`. MySQL
 * accepts root without a password.
 */
function connectAsRoot(socketPath: string, title: string): Promise<Connection> {
  return createConnection({
    socketPath,
    user: title.startsWith('MariaDB') ? userName() : 'root',
    authPlugins: { unix_socket: () => () => Buffer.alloc(0) },
  });
}
