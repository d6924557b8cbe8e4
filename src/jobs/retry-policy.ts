/** Longest pause between two attempts in milliseconds, for any RETRY_BASE_MS. */
export const MAX_BACKOFF_MS = 5 * 60_000;

export interface RetryPolicy {
  /** The first pause before jitter, in milliseconds. */
  readonly baseMs: number;
}

/**
 * Pause before the next attempt: min(base · 2^(n−1), 5 min) · a random factor from 0.5 to 1, in whole milliseconds.
 *
 * @param attemptsInRun n: number of ended attempts of the present run, 1 or more
 * @param random in [0, 1)
 */
export function backoffMs(policy: RetryPolicy, attemptsInRun: number, random: number): number {
  const full = Math.min(policy.baseMs * 2 ** (attemptsInRun - 1), MAX_BACKOFF_MS);
  return Math.round(full * (0.5 + random / 2));
}
