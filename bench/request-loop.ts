import type { Contestant } from './contestant.js';
import { closedLoop, HttpClient, type Request } from './http-client.js';

interface LoopOptions {
  readonly clients: number;
  /** Of one run, by all clients together. */
  readonly requests: number;
  readonly request: () => Request;
  /** Part of every right answer. */
  readonly expects: string;
}

/** Clients that each send their next request when they have the answer to the last one; a wrong answer ends the run. */
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
