import type { Contestant, Sample } from './contestant.js';
import { median } from './statistics.js';

/** `twin` is the subject in a second process: any difference between the subject and its twin is noise. */
export interface Contest {
  readonly subject: Contestant;
  readonly twin: Contestant;
  readonly yardstick: Contestant;
}

export interface Comparison {
  readonly subject: readonly Sample[];
  readonly yardstick: readonly Sample[];
  /**
   * Further runs of the subject, for the A/A control, which compares the subject with its twin. The runs of the control
   * alternate with those of the comparison.
   */
  readonly subjectAgain: readonly Sample[];
  readonly twin: readonly Sample[];
}

export type Turn = keyof Comparison;

/**
 * The order A B B A …, so that a change in the machine's speed, or the run before, affects both contestants equally.
 * The A/A control runs in the same order.
 */
export function turns(pairs: number): Turn[] {
  return Array.from({ length: pairs }, (_, pair): Turn[] =>
    pair % 2 === 0
      ? ['subject', 'yardstick', 'subjectAgain', 'twin']
      : ['yardstick', 'subject', 'twin', 'subjectAgain'],
  ).flat();
}

export interface CompareOptions {
  readonly pairs: number;
  /** Whether the first runs of the subject and the yardstick must give the same answer. */
  readonly sameAnswer?: boolean;
}

/** Warms up all contestants, then lets them take turns. */
export async function compare(
  { subject, twin, yardstick }: Contest,
  { pairs, sameAnswer = false }: CompareOptions,
): Promise<Comparison> {
  const [ours, theirs] = [await subject.run(), await yardstick.run()];
  await twin.run();
  if (sameAnswer && ours.answer !== theirs.answer)
    throw new Error(`The subject says ${ours.answer}, but its yardstick says ${theirs.answer}`);
  const runners = { subject, yardstick, subjectAgain: subject, twin };
  const samples: Record<Turn, Sample[]> = { subject: [], yardstick: [], subjectAgain: [], twin: [] };
  for (const turn of turns(pairs)) samples[turn].push(await runners[turn].run());
  return samples;
}

export type Measure = (sample: Sample) => number;

export const time: Measure = ({ ms }) => ms;

export function figure(name: string): Measure {
  return ({ figures }) => figures?.[name] ?? Number.NaN;
}

/** The medians of a figure, and the ratios of the medians. */
export interface Ratio {
  readonly subject: number;
  readonly yardstick: number;
  /** The subject's median divided by the yardstick's median. */
  readonly ratio: number;
  /** The subject's median divided by its twin's median: the effect of noise alone. */
  readonly control: number;
}

export function ratioOf(comparison: Comparison, measure: Measure = time): Ratio {
  const medianOf = (turn: Turn): number => median(comparison[turn].map(measure));
  const [subject, yardstick] = [medianOf('subject'), medianOf('yardstick')];
  return {
    subject,
    yardstick,
    ratio: subject / yardstick,
    control: medianOf('subjectAgain') / medianOf('twin'),
  };
}

/** Outside these limits of the A/A ratio, noise is too large for a verdict. */
const QUIET = { least: 0.9, most: 1.1 };

export function isQuiet(control: number): boolean {
  return control >= QUIET.least && control <= QUIET.most;
}

/** Repeats a measurement while the A/A control shows too much noise, up to a number of tries. */
export async function untilQuiet<T>(
  { tries }: { readonly tries: number },
  measure: () => Promise<T>,
  controlsOf: (measured: T) => readonly number[],
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const measured = await measure();
    if (attempt === tries || controlsOf(measured).every(isQuiet)) return measured;
  }
}

/** Runs several contestants after a warm-up, for a number of rounds: forwards, backwards, forwards … */
export async function rounds<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  count: number,
): Promise<Record<Name, readonly Sample[]>> {
  const names = Object.keys(contestants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (const name of names) await contestants[name].run();
  for (let round = 0; round < count; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed())
      samples[name].push(await contestants[name].run());
  }
  return samples;
}

export function medianOf(samples: readonly Sample[], measure: Measure = time): number {
  return median(samples.map(measure));
}
