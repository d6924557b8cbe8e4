import { buildCClient } from '../build-c-client.js';
import type { BenchContext } from '../claim.js';
import { programContestant, type Contestant } from '../contestant.js';
import { overTls } from '../over-tls.js';
import { ratioClaim } from './report-ratio.js';

export const cClient = ratioClaim({
  name: 'c-client',
  says: 'a report takes no longer than a C client needs to read its rows and throw them away',
  yardstick: (context) => readerInC(context, { columns: 'user_id, context' }),
  gate: { atMost: 1.15 },
  sameAnswer: false,
});

export const cClientTls = ratioClaim({
  name: 'c-client-tls',
  says: 'over TLS a report takes little longer than the C client over TLS',
  tls: true,
  yardstick: (context) => readerInC(context, { columns: 'user_id, context', tls: true }),
  gate: { atMost: 1.25 },
  sameAnswer: false,
});

export const postsPerDay = ratioClaim({
  name: 'posts-per-day',
  says: 'a report with days for keys takes no longer than a C client needs to read its columns',
  subject: 'engine of days',
  yardstick: (context) => readerInC(context, { columns: 'created_at, context' }),
  gate: { atMost: 1.15 },
  sameAnswer: false,
});

/**
 * A C client that reads rows and drops them. If it cannot be built, a Node.js client replaces it, and the row says so.
 */
async function readerInC(
  { stage, posts, say }: BenchContext,
  { columns, tls = false }: { readonly columns: string; readonly tls?: boolean },
): Promise<{ contestant: Contestant; label: string }> {
  const url = new URL(await stage.posts(posts));
  try {
    const program = await buildCClient(say);
    const contestant = programContestant(program, {
      BENCH_HOST: url.hostname,
      BENCH_PORT: url.port,
      BENCH_USER: decodeURIComponent(url.username),
      BENCH_PASSWORD: decodeURIComponent(url.password),
      BENCH_DATABASE: url.pathname.slice(1),
      BENCH_COLUMNS: columns,
      ...(tls && { BENCH_TLS: '1' }),
    });
    return { contestant: reading(contestant, posts), label: tls ? 'C client over TLS' : 'C client' };
  } catch (error) {
    say(`no C client: ${error instanceof Error ? error.message : String(error)}`);
    const env = { BENCH_DATABASE_URL: tls ? overTls(url.href) : url.href, BENCH_COLUMNS: columns };
    const floor = await stage.contestant('floor', env);
    return { contestant: reading(floor, posts), label: 'Node floor (no C client here)' };
  }
}

function reading(contestant: Contestant, posts: number): Contestant {
  return {
    async run() {
      const sample = await contestant.run();
      if (sample.answer !== `${posts} rows`) throw new Error(`${posts} posts, but it read ${sample.answer}`);
      return sample;
    },
    close: () => contestant.close(),
  };
}
