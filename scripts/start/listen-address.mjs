/** Finds the address on which the API will listen, and checks that the port is free. */
import { findFreePort, isPortFree } from '../servers/free-port.mjs';

/** @typedef {{ host: string, port: number, url: string }} ListenAddress A browser on this machine can open `url`. */

/** PORT=0 means any free port. `npm start` chooses the port, because a restarted API has to use the same port. */
export const ANY_PORT = '0';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<ListenAddress>}
 */
export async function listenAddress(env) {
  const host = env['HOST'] || '127.0.0.1';
  const port = env['PORT'] === ANY_PORT ? await findFreePort() : Number(env['PORT'] || 4000);
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  const bracketed = reachable.includes(':') ? `[${reachable}]` : reachable;
  return { host, port, url: `http://${bracketed}:${port}` };
}

/**
 * @param {ListenAddress} address
 * @throws {Error} When the API cannot listen there. The message names the variable to change.
 */
export async function requireFreePort({ host, port }) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return; // the API reports an invalid port
  const free = await isPortFree(port, host).catch((error) => {
    throw new Error(`The API cannot listen on HOST=${host} PORT=${port}: ${error.message}`);
  });
  if (free) return;
  let other = port + 1;
  while (other < 65_535 && !(await isPortFree(other, host))) other++;
  throw new Error(
    `Port ${port} on ${host} is taken by another program. Stop it, or use another port: PORT=${other} npm start`,
  );
}
