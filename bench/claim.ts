import type { BrokerName } from '../src/adapters/broker-url.js';
import { isQuiet } from './compare.js';
import type { Stage } from './stage.js';

/**
 * One promise about speed or memory, measured beside its yardstick. Each is a file in `claims/` and a line in the list
 * there.
 */
export interface SpeedClaim {
  readonly name: string;
  readonly says: string;
  measure(context: BenchContext): AsyncIterable<ResultRow>;
}

export interface BenchContext {
  readonly posts: number;
  readonly pairs: number;
  /** Comparisons at most, before noise is the verdict. */
  readonly tries: number;
  /** Whether to measure also what no gate holds, and is there to be seen beside the rest. */
  readonly shows: boolean;
  readonly stage: Stage;
  /** Prints progress, for people who wait. */
  readonly say: (line: string) => void;
  /** The brokers to measure with. */
  readonly brokers: readonly BrokerName[];
}

/** `failed`: measuring it failed. */
export type ClaimOutcome = 'held' | 'missed' | 'too noisy' | 'failed' | 'shown';

/** A row of the table. */
export interface ResultRow {
  readonly name: string;
  readonly measured: string;
  /** `–` for a row without a gate, which is shown for comparison only. */
  readonly gate: string;
  readonly control: number | null;
  readonly outcome: ClaimOutcome;
  /** Figures in the units of their names, for pages that are made from them. */
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
  /** Null where noise does not matter, as with memory. */
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
