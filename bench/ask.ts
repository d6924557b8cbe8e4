import { graphql, type HttpClient } from './http-client.js';

/** Requests a report over all posts. Resolves with `refused` when the API has no free slot for the request. */
export type Ask = (client: HttpClient) => Promise<'reported' | 'refused'>;

/** The interfaces under test: the synchronous API, the queued API, and a stock API that counts in its event loop. */
export const ASK = {
  sync: (client) => requestReport(client, { method: 'GET', path: `/api/1.0/report/posts?${ownFilter()}` }),
  /** Requests a job. The API responds when the job has ended. */
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

/** Each request covers all posts, but has its own filter, because requests with equal filters share one report. */
let asked = 0;

function ownFilter(): string {
  asked += 1;
  return new URLSearchParams({ created_from: new Date(asked).toISOString() }).toString();
}
