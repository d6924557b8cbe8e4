import type { BrokerName } from '../src/adapters/broker-url.js';
import { isQuiet } from './compare.js';
import type { Stage } from './stage.js';

/** One promise about speed or memory, measured beside its yardstick. One file in `claims/`, one line in their list. */
export interface SpeedClaim {
  readonly name: string;
  readonly says: string;
  measure(context: BenchContext): AsyncIterable<ResultRow>;
}

export interface BenchContext {
  readonly posts: number;
  readonly pairs: number;
  /** How often a comparison is made before the verdict is noise. */
  readonly tries: number;
  readonly stage: Stage;
  /** Progress, for people who wait. */
  readonly say: (line: string) => void;
  /** The brokers to measure with. */
  readonly brokers: readonly BrokerName[];
}

/** `failed`: it could not be measured. */
export type ClaimOutcome = 'held' | 'missed' | 'too noisy' | 'failed' | 'shown';

/** A line of the table. */
export interface ResultRow {
  readonly name: string;
  readonly measured: string;
  /** `–` where there is none: the row is there to be seen beside others. */
  readonly gate: string;
  readonly control: number | null;
  readonly outcome: ClaimOutcome;
  /** In the units of their names; for pages that are made from them. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Ratios only, or differences of memory: absolute times depend on the machine. */
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
