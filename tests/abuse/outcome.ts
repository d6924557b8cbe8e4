import type { Latency } from '../../bench/probe.js';
import type { Tally } from './attack.js';

/** What one attack did to the service and to the honest client. */
export interface Outcome {
  readonly attack: string;
  readonly tally: Tally;
  /** Of the honest client, right before the attack and during it. */
  readonly idle: Latency;
  readonly during: Latency;
  readonly firstFailure: string | undefined;
  /** Of the API, in bytes: heap and buffers after a garbage collection. */
  readonly inUse: { readonly before: number; readonly after: number };
  /**
   * Of the API, in bytes; `after` the attack, and after each time that it was repeated because the one before had left
   * more than it may. The allocator keeps pages of buffers that were freed, and uses them again, so that a growth of it
   * ends, and the growth of a leak does not.
   */
  readonly resident: { readonly before: number; readonly peak: number; readonly after: readonly number[] };
  /** Streams and waits that the API still counts afterwards. */
  readonly observersLeft: number;
  /** Of the API's event loop, without the time for which it waited for a processor. */
  readonly longestPauseMs: number;
  /** Errors in the log. */
  readonly complaints: readonly string[];
}

export const MOST_GROWTH_BYTES = 50 * 1024 * 1024;
/** How often an attack that leaves more resident memory is repeated, at most. */
export const MOST_REPEATS = 3;
/** The cache of documents has 16 MB of them. */
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

/** The rules that do not depend on time hold on a busy machine as well. */
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

/** In Markdown, as docs/security.md shows it. */
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
