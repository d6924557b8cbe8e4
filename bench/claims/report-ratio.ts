import { judged, type SpeedClaim, type Gate, type BenchContext } from '../claim.js';
import { compare, ratioOf, untilQuiet, type Comparison, type Contest } from '../compare.js';
import type { Contestant } from '../contestant.js';
import { overTls } from '../over-tls.js';

export interface RatioClaim {
  readonly name: string;
  readonly says: string;
  /** The contestant of this project; the report's engine by default. */
  readonly subject?: string;
  /** The yardstick, by its name in `contestants.ts` or as a contestant. */
  readonly yardstick:
    string | ((context: BenchContext) => Promise<{ contestant: Contestant; label: string }>);
  /** A gate on how many times faster (`atLeast`) or longer (`atMost`) ours is. */
  readonly gate: Gate;
  readonly sameAnswer?: boolean;
  /** Whether posts are read over TLS. */
  readonly tls?: boolean;
  /** Whether it needs no posts in a database. */
  readonly inMemory?: boolean;
}

/** A claim that compares two ways of doing one thing with all posts. */
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
      // Ours is started first: when it does not compile, no other program is left running.
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
