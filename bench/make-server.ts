import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Prepares a server, and resolves with its request handler. */
export type MakeServer = (
  server: Server,
) => Promise<(request: IncomingMessage, response: ServerResponse) => unknown>;
