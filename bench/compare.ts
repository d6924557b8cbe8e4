import { SubjectProcess, type Sample } from './subject-process.js';

export interface Comparison {
  readonly subject: readonly Sample[];
  readonly yardstick: readonly Sample[];
  /** Ratio of medians of the yardstick against itself, drawn from the same turns: what noise alone makes. */
  readonly control: number;
}

/**
 * Warms both processes up, then lets them take turns A B B A …, so that a machine that grows slower or faster treats
 * both alike. Each yardstick turn comes in two halves, whose ratio is the control.
 */
export async function compare(
  [subjectName, yardstickName]: readonly [string, string],
  { pairs, env, sameAnswer }: { pairs: number; env: Readonly<Record<string, string>>; sameAnswer: boolean },
): Promise<Comparison> {
  const a = new SubjectProcess(subjectName, env);
  const b = new SubjectProcess(yardstickName, env);
  try {
    const [warm, other] = [await a.run(), await b.run()];
    if (sameAnswer && warm.answer !== other.answer) {
      throw new Error(`${subjectName} says ${warm.answer}, but ${yardstickName} says ${other.answer}`);
    }
    const subject: Sample[] = [];
    const yardstick: Sample[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const order = pair % 2 === 0 ? [a, b] : [b, a];
      for (const one of order) (one === a ? subject : yardstick).push(await one.run());
    }
    return { subject, yardstick, control: controlOf(yardstick) };
  } finally {
    a.close();
    b.close();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function controlOf(samples: readonly Sample[]): number {
  const half = (parity: number): number =>
    median(
      samples
        .filter((_, index) => index % 4 === parity || index % 4 === 3 - parity)
        .map(({ wallMs }) => wallMs),
    );
  return half(0) / half(1);
}
