import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';
import { throwAway } from '../support/throw-away.js';

/** A server that a test may do anything to. */
export interface TestServer {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT: connections stay, answers do not come. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Started in a folder of its own, which goes with it; `more` is what a test may do to this kind of server besides. */
export async function startTestServer<S extends PrivateServer, More extends object>(
  start: (options: { dir: string }) => Promise<S>,
  more: (server: S) => More,
): Promise<TestServer & More> {
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-'));
  const server = await start({ dir });
  const signal = (name: NodeJS.Signals): void => {
    const pid = server.pid();
    if (pid !== undefined) process.kill(pid, name);
  };
  return {
    url: server.url,
    kill: () => server.kill('SIGKILL'),
    start: () => server.start(),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    close: () => throwAway(dir, server),
    ...more(server),
  };
}
