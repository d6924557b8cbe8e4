import type { BrokerName } from '../src/adapters/broker-url.js';
import { isQuiet } from './compare.js';
import type { Stage } from './stage.js';

/**
 * A claim about speed or memory, which the bench measures against a yardstick. Each claim is a file in `claims/` and a
 * line in `claims/index.ts`.
 */
export interface SpeedClaim {
  readonly name: string;
  readonly says: string;
  measure(context: BenchContext): AsyncIterable<ResultRow>;
}

export interface BenchContext {
  readonly posts: number;
  readonly pairs: number;
  /** The largest number of comparisons while the machine is too noisy. After the last the outcome is `too noisy`. */
  readonly tries: number;
  /** Whether to measure also the rows that have no gate and are shown for comparison only. */
  readonly showsUngated: boolean;
  readonly stage: Stage;
  /** Prints a line of progress. */
  readonly say: (line: string) => void;
  readonly brokers: readonly BrokerName[];
}

/** `failed`: the measurement ended with an error. */
export type ClaimOutcome = 'held' | 'missed' | 'too noisy' | 'failed' | 'shown';

/** A row of the table. */
export interface ResultRow {
  readonly name: string;
  readonly measured: string;
  /** `–` for a row without a gate, which is shown for comparison only. */
  readonly gate: string;
  readonly control: number | null;
  readonly outcome: ClaimOutcome;
  /**
   * The figures of the row, which `--json` prints. The name of a figure with a unit ends with the unit: `p50Ms`,
   * `peakRssMb`.
   */
  readonly figures: Readonly<Record<string, number>>;
}

/** Gates are ratios, or differences of memory, because absolute times depend on the machine. */
export type Gate = { readonly atLeast: number } | { readonly atMost: number };

export interface Judged {
  readonly name: string;
  readonly measured: string;
  readonly value: number;
  readonly gate: Gate;
  readonly unit?: string;
  /** The ratio of the A/A control, which is 1 without noise. Null where noise does not matter, as with memory. */
  readonly control: number | null;
  readonly figures?: Readonly<Record<string, number>>;
}

export function judged({ name, measured, value, gate, unit = '', control, figures = {} }: Judged): ResultRow {
  const [sign, limit] = 'atLeast' in gate ? ['≥', gate.atLeast] : ['≤', gate.atMost];
  return {
    name,
    measured,
    gate: `${sign} ${limit}${unit}`,
    control,
    outcome: outcomeOf(value, gate, control),
    figures: { value, ...figures },
  };
}

export function outcomeOf(value: number, gate: Gate, control: number | null): ClaimOutcome {
  if (control !== null && !isQuiet(control)) return 'too noisy';
  const holds = 'atLeast' in gate ? value >= gate.atLeast : value <= gate.atMost;
  return holds ? 'held' : 'missed';
}

export function shown(
  name: string,
  measured: string,
  figures: Readonly<Record<string, number>> = {},
  control: number | null = null,
): ResultRow {
  return { name, measured, gate: '–', control, outcome: 'shown', figures };
}
