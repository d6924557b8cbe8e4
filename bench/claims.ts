import { compare, median } from './compare.js';
import { SubjectProcess, type Sample } from './subject-process.js';

export interface BenchContext {
  readonly posts: number;
  readonly pairs: number;
  /** The table that the claim is about, and one with a tenth of its posts. */
  readonly env: Readonly<Record<string, string>>;
  readonly smallEnv: Readonly<Record<string, string>>;
}

export interface Verdict {
  readonly name: string;
  readonly measured: string;
  readonly gate: string;
  /** A/A: the yardstick against itself. Outside 0.90 to 1.10 there is no verdict. */
  readonly control: string;
  readonly outcome: 'held' | 'missed' | 'too noisy';
}

export interface Claim {
  readonly name: string;
  readonly says: string;
  measure(context: BenchContext): Promise<Verdict>;
}

/** Every claim that the documents make, with the gate that it has to pass. Ratios only: machines differ. */
export const CLAIMS: readonly Claim[] = [
  faster({
    name: 'naive',
    than: 'naive',
    gate: 2,
    says: 'a report is faster than all rows at once and split()',
  }),
  faster({
    name: 'streaming',
    than: 'streaming',
    gate: 2,
    says: 'a report is faster than a Knex stream and split()',
  }),
  faster({
    name: 'group-by',
    than: 'group-by',
    gate: 1.5,
    says: 'a report is faster than GROUP BY in the server (which counts other words)',
    sameAnswer: false,
  }),
  slower({
    name: 'floor',
    than: 'floor',
    gate: 3.5,
    says: 'a report costs little more than reading and discarding its rows',
  }),
  faster({
    name: 'words',
    subject: 'count-words',
    than: 'split',
    gate: 3,
    says: 'words are counted faster than by split()',
  }),
  {
    name: 'memory',
    says: 'memory does not grow with the posts',
    async measure({ env, smallEnv }) {
      const [small, large, naive] = [
        await peakOf('engine', smallEnv),
        await peakOf('engine', env),
        await peakOf('naive', env),
      ];
      const grown = large - small;
      return {
        name: 'memory',
        measured: `${small.toFixed(0)} MB → ${large.toFixed(0)} MB with ten times the posts; naive ${naive.toFixed(0)} MB`,
        gate: '+ ≤ 20 MB and ≤ 150 MB',
        control: '–',
        outcome: grown <= 20 && large <= 150 ? 'held' : 'missed',
      };
    },
  },
];

interface RatioClaim {
  readonly name: string;
  readonly says: string;
  readonly subject?: string;
  readonly than: string;
  readonly gate: number;
  readonly sameAnswer?: boolean;
}

function faster({ subject = 'engine', than, gate, sameAnswer = true, ...claim }: RatioClaim): Claim {
  return {
    ...claim,
    async measure({ pairs, env }) {
      const result = await compare([subject, than], { pairs, env, sameAnswer });
      const ratio = wall(result.yardstick) / wall(result.subject);
      return verdict(claim.name, `${ratio.toFixed(2)}× faster`, `≥ ${gate}×`, result.control, ratio >= gate);
    },
  };
}

function slower({ than, gate, ...claim }: RatioClaim): Claim {
  return {
    ...claim,
    async measure({ pairs, env }) {
      const result = await compare(['engine', than], { pairs, env, sameAnswer: false });
      const ratio = wall(result.subject) / wall(result.yardstick);
      return verdict(
        claim.name,
        `${ratio.toFixed(2)}× its time`,
        `≤ ${gate}×`,
        result.control,
        ratio <= gate,
      );
    },
  };
}

function verdict(name: string, measured: string, gate: string, control: number, held: boolean): Verdict {
  const isQuiet = control >= 0.9 && control <= 1.1;
  const outcome = isQuiet ? (held ? 'held' : 'missed') : 'too noisy';
  return { name, measured, gate, control: control.toFixed(2), outcome };
}

function wall(samples: readonly Sample[]): number {
  return median(samples.map(({ wallMs }) => wallMs));
}

/** The most that a fresh process held over three runs. */
async function peakOf(subject: string, env: Readonly<Record<string, string>>): Promise<number> {
  const process = new SubjectProcess(subject, env);
  try {
    let peak = 0;
    for (let run = 0; run < 3; run += 1) peak = (await process.run()).peakRssMb;
    return peak;
  } finally {
    process.close();
  }
}
