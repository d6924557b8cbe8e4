import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { until } from '../../support/waiting.js';
import { readHoldings, type Holdings } from './api-holdings.js';
import { inspectProcess, type InspectedProcess } from './inspect-process.js';
import { ownFilter, requestJob, type Bench, type Measurement } from './measurement.js';
import { vanishInWaves } from './vanishing-waves.js';

const CALLERS = 10_000;
const PER_WAVE = 250;
/** Before anything is compared: code that was never run takes memory when it is. */
const WARM_UP_WAVES = 12;
/** Some 200 bytes a caller; one who is not forgotten holds several thousand. */
const MAX_GROWTH_MB = 2;
const API = 'api-1';

export const disconnects: Measurement = {
  what: `${CALLERS} callers who vanish, in waves of ${PER_WAVE}`,
  env: { NODE_OPTIONS: '--inspect=127.0.0.1:0', LOG_LEVEL: 'warn' },
  async measure(bench) {
    // Jobs stay open by themselves.
    for (const name of ['worker-1', 'worker-2'] as const) await bench.stage.processes.get(name)?.stop();
    const inspected = await inspectProcess(bench.stage.processes.get(API)?.inspectorUrl ?? '');
    try {
      return await measure(bench, inspected);
    } finally {
      inspected.close();
    }
  },
};

async function measure(bench: Bench, inspected: InspectedProcess) {
  const read = (): Promise<Holdings> =>
    readHoldings({
      process: inspected,
      pid: bench.stage.processes.get(API)?.pid ?? 0,
      apiUrl: bench.stage.apiUrls[API],
      databasePort: bench.stage.proxy({ from: API, to: 'mariadb' }).port,
      brokerUrl: bench.stage.broker.server.url,
    });
  await vanish(bench, WARM_UP_WAVES);
  const before = await steady(read);
  const heapBefore = await inspected.heapBytes();
  bench.say(`before: ${JSON.stringify(before)}, heap ${megabytes(heapBefore)} MB`);
  const waves = CALLERS / PER_WAVE;
  for (let done = 0; done < waves; done += 10) {
    await vanish(bench, 10);
    bench.say(`${(done + 10) * PER_WAVE} callers, heap ${megabytes(await inspected.heapBytes())} MB`);
  }
  let after = await read();
  const returned = await until(async () => !holdsMore((after = await read()), before), 30_000).then(
    () => true,
    () => false,
  );
  const heapGrewMb = megabytes((await inspected.heapBytes()) - heapBefore);
  const ok = returned && heapGrewMb <= MAX_GROWTH_MB;
  return {
    ok,
    figures: { callers: CALLERS, before, after, heapBeforeMb: megabytes(heapBefore), heapGrewMb },
  };
}

/** Fewer are no leak: a timer may have been running when it was counted before. */
function holdsMore(after: Holdings, before: Holdings): boolean {
  return (Object.keys(before) as (keyof Holdings)[]).some((name) => after[name] > before[name]);
}

async function vanish({ client, stage }: Bench, waves: number): Promise<void> {
  await vanishInWaves({
    waves,
    perWave: PER_WAVE,
    openJob: async () => {
      const filter = ownFilter();
      return { url: stage.apiUrls[API], jobId: await requestJob(client, filter, 'api-2'), filter };
    },
    cancel: ({ jobId }) => client.change('api-2', 'cancel', 'rest', jobId),
  });
}

/** The same twice in a row. */
async function steady(read: () => Promise<Holdings>): Promise<Holdings> {
  let last = await read();
  for (;;) {
    await delay(1000);
    const now = await read();
    if (isDeepStrictEqual(now, { ...last, observers: 0, connections: 0 })) return now;
    last = now;
  }
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 1024 / 1024) * 100) / 100;
}
