import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Prepares a server, and resolves when it answers requests. */
export type MakeServer = (
  server: Server,
) => Promise<(request: IncomingMessage, response: ServerResponse) => unknown>;
