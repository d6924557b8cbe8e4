import type { Contestant } from './contestant.js';
import { closedLoop, HttpClient, type Request } from './http-client.js';

interface LoopOptions {
  readonly clients: number;
  /** The number of requests in one run, by all clients together. */
  readonly requests: number;
  readonly request: () => Request;
  /** A text that every correct response contains. */
  readonly expects: string;
}

/**
 * A contestant of several clients. Each sends its next request when it has the response to the last one. A wrong
 * response ends the run with an error.
 */
export function requestLoop(url: string, { clients, requests, request, expects }: LoopOptions): Contestant {
  const client = new HttpClient(url, clients);
  return {
    async run() {
      const startedAt = performance.now();
      await closedLoop(clients, requests, async () => {
        const { status, text } = await client.send(request());
        if (status >= 300 || !text.includes(expects)) throw new Error(`a wrong answer: ${status} ${text}`);
      });
      return { ms: performance.now() - startedAt };
    },
    close: () => client.close(),
  };
}
