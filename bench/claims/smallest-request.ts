import { judged, type BenchContext, type SpeedClaim } from '../claim.js';
import { compare, ratioOf, untilQuiet } from '../compare.js';
import { graphql } from '../http-client.js';
import { requestLoop } from '../request-loop.js';
import { startService } from '../service.js';
import { stockServer } from '../stock-server.js';

const CLIENTS = 32;
const REQUEST = graphql('{ __typename }');

export const smallestRequest: SpeedClaim = {
  name: 'smallest-request',
  says: 'the fixed cost of a GraphQL request is at most half of that in stock Yoga',
  async *measure(context) {
    const { stage, pairs } = context;
    const databaseUrl = await stage.database('posts_report_smallest_request');
    const options = { databaseUrl, broker: 'bee-queue', name: 'smallest-request', worker: false } as const;
    const [one, other, stock] = await Promise.all([
      startService(stage, options),
      startService(stage, options),
      stockServer(stage, 'yoga + bee-queue'),
    ]);
    const contest = {
      subject: asking(context, one.url),
      twin: asking(context, other.url),
      yardstick: asking(context, stock.url),
    };
    try {
      const { subject, yardstick, ratio, control } = ratioOf(
        await untilQuiet(
          context,
          () => compare(contest, { pairs }),
          (measured) => [ratioOf(measured).control],
        ),
      );
      const perSecond = (ms: number): number => (requests(context) / ms) * 1000;
      const figures = { perSecond: perSecond(subject), stockPerSecond: perSecond(yardstick) };
      const measured = `${figures.perSecond.toFixed(0)}/s, stock ${figures.stockPerSecond.toFixed(0)}/s: ${(1 / ratio).toFixed(2)} of it`;
      yield judged({
        name: 'smallest request',
        measured,
        value: 1 / ratio,
        gate: { atLeast: 2 },
        control,
        figures,
      });
    } finally {
      await Promise.all(Object.values(contest).map((contestant) => contestant.close()));
      await Promise.all([one, other, stock].map((server) => server.stop()));
    }
  },
};

function asking(context: BenchContext, url: string) {
  return requestLoop(url, {
    clients: CLIENTS,
    requests: requests(context),
    request: () => REQUEST,
    expects: '__typename',
  });
}

/**
 * The number of requests in one run. The number is lower with few posts, because such a run only tries out the bench.
 */
function requests({ posts }: BenchContext): number {
  return posts < 50_000 ? 64 : 10_000;
}
