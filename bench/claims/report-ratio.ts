import { judged, type SpeedClaim, type Gate, type BenchContext } from '../claim.js';
import { compare, ratioOf, untilQuiet, type Comparison, type Contest } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { overTls } from '../over-tls.js';

export interface RatioClaim {
  readonly name: string;
  readonly says: string;
  /** The name of this project's contestant. The default is the engine of reports. */
  readonly subject?: string;
  /** The yardstick, by its name in `contestants.ts` or as a contestant. */
  readonly yardstick:
    string | ((context: BenchContext) => Promise<{ contestant: Contestant; label: string }>);
  /**
   * How many times faster the subject must be (`atLeast`), or how many times as long as the yardstick it may take
   * (`atMost`).
   */
  readonly gate: Gate;
  readonly sameAnswer?: boolean;
  /** Whether posts are read over TLS. */
  readonly tls?: boolean;
  /** Whether the contestants work in memory and need no posts in a database. */
  readonly inMemory?: boolean;
}

/** A claim that compares the times of a subject and a yardstick for the same work on all posts. */
export function ratioClaim({
  name,
  says,
  subject = 'engine',
  yardstick,
  gate,
  sameAnswer = true,
  tls = false,
  inMemory = false,
}: RatioClaim): SpeedClaim {
  return {
    name,
    says,
    async *measure(context) {
      const { stage, posts, pairs } = context;
      const env: Record<string, string> = {};
      if (!inMemory) {
        const url = await stage.posts(posts);
        env['BENCH_DATABASE_URL'] = tls ? overTls(url) : url;
      }
      const ours = () => stage.contestant(subject, env);
      // The subject and its twin start first: if they do not compile, no yardstick is left running.
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
