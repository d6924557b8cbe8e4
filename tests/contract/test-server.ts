import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';
import { freezeProcess } from '../support/process-tree.js';
import { throwAway } from '../support/throw-away.js';

/** A server that a test may kill, stop and configure. */
export interface TestServer {
  readonly url: string;
  /** Kills the server with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Sends SIGSTOP, so that connections stay open and get no answers. `thaw` sends SIGCONT. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/**
 * Starts a server in a folder of its own, and deletes the folder with the server. `more` returns functions for this
 * kind of server.
 */
export async function startTestServer<S extends PrivateServer, More extends object>(
  start: (options: { dir: string }) => Promise<S>,
  more: (server: S) => More,
): Promise<TestServer & More> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  const server = await start({ dir });
  const withPid = (act: (pid: number) => void): void => {
    const pid = server.pid();
    if (pid !== undefined) act(pid);
  };
  return {
    url: server.url,
    kill: () => server.kill('SIGKILL'),
    start: () => server.start(),
    freeze: () => withPid(freezeProcess),
    thaw: () => withPid((pid) => process.kill(pid, 'SIGCONT')),
    close: () => throwAway(dir, server),
    ...more(server),
  };
}
