import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Answers requests once it resolves; what it needs beyond them it does to the server itself. */
export type MakeServer = (
  server: Server,
) => Promise<(request: IncomingMessage, response: ServerResponse) => unknown>;
