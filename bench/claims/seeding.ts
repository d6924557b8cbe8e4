import { judged, type SpeedClaim } from '../claim.js';
import { compare, ratioOf, untilQuiet } from '../compare.js';
import { closeAll } from './report-ratio.js';

/** A run seeds the posts divided by this number: runs with all posts would take longer than all other claims. */
const SHARE = 10;

export const seeding: SpeedClaim = {
  name: 'seeding',
  says: 'posts are seeded faster than by knex.batchInsert, in little memory',
  async *measure(context) {
    const { stage, posts, pairs } = context;
    const count = Math.ceil(posts / SHARE);
    const seeder = async (contestant: string, half: string) =>
      await stage.contestant(contestant, {
        BENCH_DATABASE_URL: await stage.database(`posts_report_seeding_${half}`),
        SEED_POSTS: String(count),
        SEED_RANDOM: '7',
        FORCE: '1', // contestants run with NODE_ENV=production, where a seed is refused
      });
    const [subject, twin, yardstick] = await Promise.all([
      seeder('seed', 'a'),
      seeder('seed', 'b'),
      seeder('batch-insert', 'c'),
    ]);
    const contest = { subject, twin, yardstick };
    try {
      const comparison = await untilQuiet(
        context,
        () => compare(contest, { pairs, sameAnswer: true }),
        (measured) => [ratioOf(measured).control],
      );
      const { subject, yardstick, ratio, control } = ratioOf(comparison);
      const each = `${count.toLocaleString('en')} posts`;
      yield judged({
        name: 'seeding: time',
        measured: `${(subject / 1000).toFixed(2)} s for ${each}, batchInsert ${(yardstick / 1000).toFixed(2)} s: ${(1 / ratio).toFixed(1)}× faster`,
        value: 1 / ratio,
        gate: { atLeast: 2 },
        unit: '×',
        control,
        figures: { seedMs: subject, batchInsertMs: yardstick, posts: count },
      });
    } finally {
      await closeAll(contest);
    }
    const { seconds, peakRssMb } = await stage.seedOnce(posts);
    yield judged({
      name: 'seeding: memory',
      measured: `${peakRssMb.toFixed(0)} MB at most, ${seconds.toFixed(1)} s: \`knex seed:run\` with ${posts.toLocaleString('en')} posts`,
      value: peakRssMb,
      gate: { atMost: 150 },
      unit: ' MB',
      control: null,
      figures: { seconds, peakRssMb, posts },
    });
  },
};
