import { judged, type SpeedClaim } from '../claim.js';
import { compare, figure, ratioOf, untilQuiet } from '../compare.js';
import { closeAll } from './report-ratio.js';

const reportMs = figure('reportMs');

export const overhead: SpeedClaim = {
  name: 'overhead',
  says: 'progress, cancellation, a deadline and a thread of its own cost a report less than 5 %',
  async *measure(context) {
    const { stage, posts, pairs } = context;
    const env = { BENCH_DATABASE_URL: await stage.posts(posts) };
    const contest = {
      subject: await stage.contestant('attempt', env),
      twin: await stage.contestant('attempt', env),
      yardstick: await stage.contestant('engine', env),
    };
    try {
      const comparison = await untilQuiet(
        context,
        () => compare(contest, { pairs: 2 * pairs, sameAnswer: true }),
        (measured) => [ratioOf(measured, reportMs).control],
      );
      const { subject, yardstick, ratio, control } = ratioOf(comparison, reportMs);
      yield judged({
        name: 'overhead',
        measured: `${subject.toFixed(0)} ms as a worker’s attempt, ${yardstick.toFixed(0)} ms bare: ${ratio.toFixed(3)}×`,
        value: ratio,
        gate: { atMost: 1.05 },
        unit: '×',
        control,
        figures: { attemptMs: subject, bareMs: yardstick },
      });
    } finally {
      await closeAll(contest);
    }
  },
};
