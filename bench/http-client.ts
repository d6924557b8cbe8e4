import { Pool } from 'undici';

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Longer than any response takes. A response that never arrives ends the bench. */
const TIMEOUT_MS = 300_000;

/** An HTTP client that keeps its connections open. Every server is measured with it. */
export class HttpClient {
  readonly #pool: Pool;

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, {
      connections,
      pipelining: 1,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  async send({ method = 'POST', path, headers = {}, body }: Request): Promise<Answer> {
    const response = await this.#pool.request({
      method,
      path,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.statusCode, text: await response.body.text() };
  }

  /** The body of the response, as it arrives. Aborting the signal closes the connection. */
  async *stream({ method = 'POST', path, headers = {}, body }: Request, signal: AbortSignal) {
    const response = await this.#pool.request({
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal,
    });
    response.body.setEncoding('utf8');
    yield* response.body as AsyncIterable<string>;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

export function graphql(query: string, variables: Readonly<Record<string, unknown>> = {}): Request {
  return { path: '/graphql', headers: { accept: 'application/json' }, body: { query, variables } };
}

/** Sends requests in a closed loop: each client sends its next request when it has the response to the last one. */
export async function closedLoop(
  clients: number,
  requests: number,
  send: (request: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < requests) {
        next += 1;
        await send(next);
      }
    }),
  );
}
