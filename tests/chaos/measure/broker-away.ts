import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/waiting.js';
import { quantiles } from '../figures.js';
import { freeze } from '../freeze.js';
import type { Stage } from '../stage.js';
import { SLOTS } from '../stage.js';
import {
  countJobs,
  holdReports,
  ownFilter,
  requestJob,
  untilAllEnded,
  type Bench,
  type Measurement,
} from './measurement.js';

/** Requests before anything is measured: the first ones find code that was never run. */
const WARM_UP = 200;
const AWAY_MS = 12_000;
const REQUESTS_PER_SECOND = 20;
/** What came in while it was away is worked off while it is away, before it comes back. */
const DRAIN_MS = 300_000;

/** Requests go on while the broker is away in each of four ways; then all slots must work again soon. */
export const brokerAway: Measurement = {
  what: 'the broker dead, frozen, full, emptied: accepting, working on, coming back',
  async measure(bench) {
    for (let request = 0; request < WARM_UP; request += 1)
      await requestJob(bench.client, ownFilter(), request % 2 === 0 ? 'api-1' : 'api-2');
    const figures: Record<string, AwayFigures> = {};
    for (const [name, take] of Object.entries(WAYS)) {
      figures[name] = await away(bench, take);
      bench.say(`${name}: ${JSON.stringify(figures[name])}`);
    }
    const ok = Object.values(figures).every(
      ({ refused, acceptMs, allSlotsAfterMs }) =>
        refused === 0 && (acceptMs.p99 ?? 0) <= 50 && allSlotsAfterMs <= 2000,
    );
    return { ok, figures };
  },
};

interface AwayFigures {
  readonly requests: number;
  readonly refused: number;
  readonly acceptMs: ReturnType<typeof quantiles>;
  /** Jobs that ended while it was away. */
  readonly endedMeanwhile: number;
  readonly allSlotsAfterMs: number;
}

/** Takes the broker away; the returned function brings it back. */
const WAYS: Readonly<Record<string, (stage: Stage) => Promise<() => Promise<void>>>> = {
  async dead({ broker: { server } }) {
    await server.kill('SIGKILL');
    return () => server.start();
  },
  async frozen({ broker: { server } }) {
    const thaw = freeze(server.pid() ?? 0);
    return async () => thaw();
  },
  async full({ broker }) {
    await broker.fill();
    return () => broker.drain();
  },
  async emptied({ broker }) {
    const timer = setInterval(() => void broker.empty().catch(() => {}), 500);
    return async () => clearInterval(timer);
  },
};

async function away({ stage, client }: Bench, take: (typeof WAYS)[string]): Promise<AwayFigures> {
  await untilAllEnded(stage);
  const endedBefore = await countJobs(stage, ['SUCCEEDED']);
  const giveBack = await take(stage);
  const waits: number[] = [];
  let refused = 0;
  const requests = Array.from({ length: (AWAY_MS / 1000) * REQUESTS_PER_SECOND }, async (_, index) => {
    await delay((index * 1000) / REQUESTS_PER_SECOND);
    const at = performance.now();
    const outcome = await client.request(index % 2 === 0 ? 'api-1' : 'api-2', {
      door: 'rest',
      filter: ownFilter(),
      key: null,
      maxAgeSeconds: 0,
    });
    waits.push(Math.round(performance.now() - at));
    if (outcome.phase !== 'ok') refused += 1;
  });
  await Promise.all(requests);
  const endedMeanwhile = (await countJobs(stage, ['SUCCEEDED'])) - endedBefore;
  await untilAllEnded(stage, DRAIN_MS);
  const slots = SLOTS[0] + SLOTS[1];
  const release = holdReports(stage);
  await giveBack();
  const backAt = performance.now();
  await Promise.all(Array.from({ length: slots * 2 }, () => requestJob(client)));
  await until(async () => (await countJobs(stage, ['RUNNING'])) === slots);
  const allSlotsAfterMs = Math.round(performance.now() - backAt);
  release();
  return { requests: requests.length, refused, acceptMs: quantiles(waits), endedMeanwhile, allSlotsAfterMs };
}
