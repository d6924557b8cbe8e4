import { graphql, type HttpClient } from './http-client.js';

/** Asks for a report over all posts in one way, and resolves with whether it was made or refused. */
export type Ask = (client: HttpClient) => Promise<'reported' | 'refused'>;

/** The synchronous and the queued interface, and an API that counts in its loop. */
export const ASK = {
  /** The answer is in the response. */
  sync: (client) => requestReport(client, { method: 'GET', path: `/api/1.0/report/posts?${ownFilter()}` }),
  /** A job is made, and the response waits for its end. */
  queued: (client) =>
    requestReport(client, { path: `/api/2.0/report/posts?${ownFilter()}`, headers: { prefer: 'wait=60' } }),
  inTheLoop: async (client) => {
    const { text } = await client.send(graphql('{ postsReport { userId totalWords } }'));
    if (!text.includes('totalWords')) throw new Error(`no report: ${text}`);
    return 'reported';
  },
} satisfies Record<string, Ask>;

async function requestReport(client: HttpClient, request: Parameters<HttpClient['send']>[0]) {
  const { status, text } = await client.send(request);
  if (status === 200) return 'reported' as const;
  if (status === 503 && text.includes('SYNC_BUSY')) return 'refused' as const;
  throw new Error(`no report: ${status} ${text.slice(0, 200)}`);
}

/** Every report is over all posts, but by a condition of its own: the same ones would be shared. */
let asked = 0;

function ownFilter(): string {
  asked += 1;
  return new URLSearchParams({ created_from: new Date(asked).toISOString() }).toString();
}
