import type { Latency } from '../../bench/probe.js';
import type { Tally } from './attack.js';

/** Effects of one attack on the service and on the honest client. */
export interface Outcome {
  readonly attack: string;
  readonly tally: Tally;
  /** Latency of the honest client right before the attack. */
  readonly idle: Latency;
  /** Latency of the honest client during the attack. */
  readonly during: Latency;
  readonly firstFailure: string | undefined;
  /** The API's heap and buffers after a garbage collection, in bytes. */
  readonly inUse: { readonly before: number; readonly after: number };
  /**
   * The API's resident memory in bytes. `after` has a value for the attack and one for each repetition. The attack is
   * repeated if it left more than MOST_GROWTH_BYTES, because the allocator keeps the pages of freed buffers and reuses
   * them: their growth stops after some repetitions, while the growth of a leak does not.
   */
  readonly resident: { readonly before: number; readonly peak: number; readonly after: readonly number[] };
  /** Number of event streams and waiting requests that the API still counts after the attack. */
  readonly observersLeft: number;
  /** Longest pause of the API's event loop, without the time for which the API waited for a processor. */
  readonly longestPauseMs: number;
  /** Errors in the API's log. */
  readonly complaints: readonly string[];
}

export const MOST_GROWTH_BYTES = 50 * 1024 * 1024;
/** Maximum number of repetitions of an attack that leaves too much resident memory. */
export const MOST_REPEATS = 3;
/** Growth of the API's heap and buffers that an attack may leave. The API's cache of documents may hold 16 MB of it. */
export const MOST_IN_USE_BYTES = 20 * 1024 * 1024;
const MOST_TIMES_IDLE = 5;
const MOST_MS = 50;

export const RULES = [
  `the honest client's p99 is at most ${MOST_TIMES_IDLE} times its idle p99, or ${MOST_MS} ms, and it meets no error;`,
  `the API's heap and buffers are back within ${megabytes(MOST_IN_USE_BYTES)} MB;`,
  `its resident memory is back within ${megabytes(MOST_GROWTH_BYTES)} MB, or is after the attack was repeated ${MOST_REPEATS} times;`,
  'it counts no stream or wait any more;',
  'no answer is a 5xx but 503, and the log has no error',
].join('\n  ');

/** @param options `timed`: false leaves out the rule on latency, which a busy machine may break. */
export function brokenRules(outcome: Outcome, { timed }: { readonly timed: boolean }): readonly string[] {
  const { tally, idle, during, firstFailure, inUse, resident, observersLeft, complaints } = outcome;
  const mostMs = Math.max(MOST_TIMES_IDLE * idle.p99Ms, MOST_MS);
  const growth = inUse.after - inUse.before;
  const [last = 0, previous = resident.before] = resident.after.toReversed();
  const residentGrowth = last - previous;
  return [
    timed && during.p99Ms > mostMs
      ? `the honest client's p99 was ${during.p99Ms.toFixed(0)} ms; at most ${mostMs.toFixed(0)} ms`
      : '',
    during.failed > 0 ? `${during.failed} requests of the honest client failed, such as ${firstFailure}` : '',
    growth > MOST_IN_USE_BYTES ? `${megabytes(growth)} MB more are in use` : '',
    residentGrowth > MOST_GROWTH_BYTES ? `${megabytes(residentGrowth)} MB more are resident` : '',
    observersLeft > 0 ? `${observersLeft} streams and waits are left` : '',
    tally.failed > 0 ? `${tally.failed} answers with a 5xx other than 503` : '',
    complaints.length > 0 ? `${complaints.length} errors in the log, such as ${complaints[0]}` : '',
  ].filter((rule) => rule !== '');
}

/** The table of docs/security.md, in Markdown. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { attack, tally, idle, during, inUse, resident, longestPauseMs } = outcome;
    const { before, peak, after } = resident;
    return [
      attack,
      tally.served.toLocaleString('en'),
      tally.refused.toLocaleString('en'),
      `${idle.p50Ms.toFixed(1)} → ${during.p50Ms.toFixed(1)}`,
      `${idle.p99Ms.toFixed(0)} → ${during.p99Ms.toFixed(0)}`,
      String(during.failed),
      [inUse.before, inUse.after].map(megabytes).join(' → '),
      [before, peak, ...after].map(megabytes).join(' / '),
      longestPauseMs.toFixed(0),
    ];
  });
  const head = [
    'attack',
    'served',
    'refused',
    'p50, ms',
    'p99, ms',
    'errors',
    'in use, MB',
    'resident before / peak / after, MB',
    'longest pause, ms',
  ];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
