import { disturbances, isOfBroker, type Facts, type Found } from '../evidence.js';

/** What a fault may slow down, it may slow down for so long. */
export const RECOVERY_MS = 20_000;
/** Fewer say nothing: a busy machine delays some of them. */
const LEAST_SAMPLES = 20;

export function late(
  delays: readonly number[],
  { medianMs, what }: { medianMs: number; what: string },
): Found[] {
  if (delays.length < LEAST_SAMPLES) return [];
  const median = [...delays].sort((a, b) => a - b)[Math.floor(delays.length / 2)] as number;
  if (median <= medianMs) return [];
  return [
    {
      detail: `half of ${delays.length} were ${what} after ${median} ms or more; ${medianMs} ms are allowed`,
    },
  ];
}

/** Whether in a span of time the broker was disturbed, and nothing else. */
export function whileOnlyBrokerIsDisturbed(facts: Facts): (from: number, to: number) => boolean {
  const broker = disturbances(facts, 0, isOfBroker);
  const others = disturbances(facts, RECOVERY_MS, (name) => !isOfBroker(name));
  return (from, to) => broker(from, to) && !others(from, to);
}
