import { shown, type SpeedClaim } from '../claim.js';
import { medianOf } from '../compare.js';
import type { Sample } from '../contestant.js';
import type { Stage } from '../stage.js';

const SIZES = [5000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];
const WAYS = ['engine', 'streaming', 'naive'];
const RUNS = 5;
/** The time for the runs of one measurement. A first run that takes longer is the only run. */
const ENOUGH_MS = 5000;

/** Measures how time and memory grow with the number of posts, up to three times the number that other claims use. */
export const growth: SpeedClaim = {
  name: 'growth',
  says: 'time grows with the posts, memory does not',
  async *measure({ stage, posts, say }) {
    for (const size of SIZES.filter((one) => one <= posts * 3)) {
      for (const way of WAYS) {
        const grown = await measureOnce(stage, way, size).catch((error: Error) => {
          say(`  ${way} with ${size} posts: ${error.message}`);
          return undefined;
        });
        const name = `growth: ${way}, ${size.toLocaleString('en')} posts`;
        yield grown === undefined
          ? shown(name, 'did not get through', { posts: size })
          : shown(name, `${grown.ms.toFixed(0)} ms, ${grown.peakMb.toFixed(0)} MB`, {
              posts: size,
              ...grown,
            });
      }
    }
  },
};

/**
 * Measures in a fresh process. The first run is a warm-up, unless it takes so long that a warm-up makes no difference.
 */
async function measureOnce(
  stage: Stage,
  way: string,
  posts: number,
): Promise<{ readonly ms: number; readonly peakMb: number }> {
  const process = await stage.contestant(way, { BENCH_DATABASE_URL: await stage.posts(posts) });
  try {
    const first = await process.run();
    const samples: Sample[] = first.ms > ENOUGH_MS ? [first] : [];
    for (let spent = first.ms; samples.length < RUNS && spent < ENOUGH_MS;) {
      const sample = await process.run();
      samples.push(sample);
      spent += sample.ms;
    }
    return { ms: medianOf(samples), peakMb: samples.at(-1)?.figures?.['peakRssMb'] ?? Number.NaN };
  } finally {
    await process.close();
  }
}
