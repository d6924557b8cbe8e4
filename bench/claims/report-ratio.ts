import { judged, type SpeedClaim, type Gate, type BenchContext } from '../claim.js';
import { compare, ratioOf, untilQuiet, type Comparison, type Contest } from '../compare.js';
import type { Contestant } from '../contestant.js';

export interface RatioClaim {
  readonly name: string;
  readonly says: string;
  /** Ours; the report's engine by default. */
  readonly subject?: string;
  /** Theirs, by its name in `contestants.ts`, or made. */
  readonly yardstick:
    string | ((context: BenchContext) => Promise<{ contestant: Contestant; label: string }>);
  /** Times as fast (`atLeast`), or times as long (`atMost`). */
  readonly gate: Gate;
  readonly sameAnswer?: boolean;
  /** It needs no posts in a database. */
  readonly inMemory?: boolean;
}

/** A claim that one thing done with all posts takes less time than another. */
export function ratioClaim({
  name,
  says,
  subject = 'engine',
  yardstick,
  gate,
  sameAnswer = true,
  inMemory = false,
}: RatioClaim): SpeedClaim {
  return {
    name,
    says,
    async *measure(context) {
      const { stage, posts, pairs } = context;
      const env = inMemory ? {} : { BENCH_DATABASE_URL: await stage.posts(posts) };
      const ours = () => stage.contestant(subject, env);
      // Ours come first: when they do not compile, no program of another kind is left running.
      const [own, twin] = [await ours(), await ours()];
      const theirs =
        typeof yardstick === 'string'
          ? { contestant: await stage.contestant(yardstick, env), label: yardstick }
          : await yardstick(context);
      const contest: Contest = { subject: own, twin, yardstick: theirs.contestant };
      try {
        const comparison = await untilQuiet(
          context,
          () => compare(contest, { pairs, sameAnswer }),
          (measured) => [ratioOf(measured).control],
        );
        yield row(name, comparison, theirs.label, gate);
      } finally {
        await closeAll(contest);
      }
    },
  };
}

function row(name: string, comparison: Comparison, label: string, gate: Gate) {
  const { subject, yardstick, ratio, control } = ratioOf(comparison);
  const figures = { subjectMs: subject, yardstickMs: yardstick, ratio };
  const times = `${subject.toFixed(0)} ms, ${label} ${yardstick.toFixed(0)} ms`;
  if ('atLeast' in gate) {
    const measured = `${times}: ${(1 / ratio).toFixed(1)}× faster`;
    return judged({ name, measured, value: 1 / ratio, gate, unit: '×', control, figures });
  }
  const measured = `${times}: ${ratio.toFixed(2)}× its time`;
  return judged({ name, measured, value: ratio, gate, unit: '×', control, figures });
}

export async function closeAll({ subject, twin, yardstick }: Contest): Promise<void> {
  await Promise.all([subject.close(), twin.close(), yardstick.close()]);
}
