import { once } from 'node:events';
import { graphql, HttpClient, type Request } from '../../../bench/http-client.js';
import { countAnswer, type Target } from '../attack.js';

/**
 * Sends requests over several connections until `over` is aborted or `requestOf` returns undefined. A connection sends
 * its next request when it has the answer to its previous request.
 */
export async function sendInLoops(
  { url, authorization, tally }: Target,
  over: AbortSignal,
  connections: number,
  requestOf: (number: number) => Request | undefined,
): Promise<void> {
  const client = new HttpClient(url, connections);
  let next = 0;
  const loop = async (): Promise<void> => {
    while (!over.aborted) {
      const request = requestOf(next);
      if (request === undefined) return;
      next += 1;
      const { status, text } = await client.send({
        ...request,
        headers: { ...request.headers, authorization },
      });
      countAnswer(tally, status, text);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  await client.close();
}

export function query(text: string, variables: Readonly<Record<string, unknown>> = {}): Request {
  return graphql(text, variables);
}

export async function untilOver(over: AbortSignal): Promise<void> {
  if (!over.aborted) await once(over, 'abort');
}
