import { createServer } from 'node:net';

/**
 * Below the range of ports for outgoing connections (Linux: from 32768): a port in that range may be occupied by such a
 * connection when a server restarts.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** Ports given out in this process, so that two servers that start at the same time get different ones. */
const givenOut = new Set();

/**
 * A loopback port on which no process listens.
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
