import { judged, type SpeedClaim } from '../claim.js';
import type { Stage } from '../stage.js';

const RUNS = 3;

export const memory: SpeedClaim = {
  name: 'memory',
  says: 'memory does not grow with the posts',
  async *measure({ stage, posts }) {
    const few = Math.ceil(posts / 10);
    const small = await peakOf(stage, 'engine', few);
    const large = await peakOf(stage, 'engine', posts);
    const naive = await peakOf(stage, 'naive', posts);
    const figures = { smallMb: small, largeMb: large, naiveMb: naive };
    yield judged({
      name: 'memory: growth',
      measured: `${small.toFixed(0)} MB with ${few.toLocaleString('en')} posts, ${large.toFixed(0)} MB with ten times as many`,
      value: large - small,
      gate: { atMost: 8 },
      unit: ' MB more',
      control: null,
      figures,
    });
    yield judged({
      name: 'memory: beside naive',
      measured: `${large.toFixed(0)} MB, naive ${naive.toFixed(0)} MB: 1/${(naive / large).toFixed(1)}`,
      value: large / naive,
      gate: { atMost: 0.125 },
      control: null,
      figures,
    });
  },
};

/** The peak memory of a fresh process over three runs, in MB. */
async function peakOf(stage: Stage, contestant: string, posts: number): Promise<number> {
  const process = await stage.contestant(contestant, { BENCH_DATABASE_URL: await stage.posts(posts) });
  try {
    let peak = 0;
    for (let run = 0; run < RUNS; run += 1) peak = (await process.run()).figures?.['peakRssMb'] ?? Number.NaN;
    return peak;
  } finally {
    await process.close();
  }
}
