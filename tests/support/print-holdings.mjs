/**
 * A module that tests load into an API process. At SIGWINCH it prints the connections, descriptors and timers that the
 * process holds, as one line of JSON. The service itself is unchanged.
 */
import { existsSync, readdirSync } from 'node:fs';

const DATABASE_PORT = Number(new URL(process.env['DATABASE_URL'] ?? '').port);
const API_PORT = Number(process.env['PORT']);

process.on('SIGWINCH', () => {
  // process.getActiveResourcesInfo() lacks the ports of sockets.
  const { _getActiveHandles: handles } = /** @type {{ _getActiveHandles: () => Handle[] }} */ (
    /** @type {unknown} */ (process)
  );
  const sockets = handles.call(process);
  const toDatabase = sockets.filter(({ remotePort }) => remotePort === DATABASE_PORT).length;
  const holdings = {
    connections: sockets.filter(({ localPort, remotePort }) => localPort === API_PORT && remotePort).length,
    // Excludes the connections to the database, because their number follows the load. 0 where there is no `/proc`.
    descriptors: existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length - toDatabase : 0,
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
  };
  process.stdout.write(`${JSON.stringify({ holdings })}\n`);
});

/** @typedef {{ localPort?: number, remotePort?: number }} Handle */
