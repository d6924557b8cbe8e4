import { createServer } from 'node:net';

/**
 * The range lies below the ports that the system gives to outgoing connections (Linux: from 32768), because an outgoing
 * connection could occupy a server's port while the server restarts.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** Ports that this process has already chosen, so that two servers that start at the same time get different ports. */
const givenOut = new Set();

/**
 * Returns a port of 127.0.0.1 on which no process listens.
 * @returns {Promise<number>}
 */
export async function findFreePort() {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (givenOut.has(port) || !(await isPortFree(port))) continue;
    givenOut.add(port);
    return port;
  }
  throw new Error(`No free port found between ${LOWEST} and ${HIGHEST} on 127.0.0.1.`);
}

/**
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
