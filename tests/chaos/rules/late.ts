import { disturbances, isOfBroker, type Facts, type Found } from '../evidence.js';

/** Time after a fault in which the service may be slow. */
export const RECOVERY_MS = 20_000;
/** Fewer delays than this are not judged, because a busy machine makes some delays long. */
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

/** Returns a function that says whether only the broker was disturbed in a span of time. */
export function whileOnlyBrokerIsDisturbed(facts: Facts): (from: number, to: number) => boolean {
  const broker = disturbances(facts, 0, isOfBroker);
  const others = disturbances(facts, RECOVERY_MS, (name) => !isOfBroker(name));
  return (from, to) => broker(from, to) && !others(from, to);
}
