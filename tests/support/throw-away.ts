import { rmSync } from 'node:fs';
import type { PrivateServer } from '../../scripts/servers/private-server.mjs';

/** Kills servers whose data no test needs any more, and deletes their folder. An orderly stop would take longer. */
export async function throwAway(dir: string, ...servers: readonly PrivateServer[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      await server.kill('SIGKILL');
      await server.stop(); // stops the server's other processes, such as Erlang's name server
    }),
  );
  rmSync(dir, { recursive: true, force: true });
}
