const MINUTE_MS = 60_000;

/** Wraps a function so that it runs at most once a minute. The wrapper returns whether it ran. */
export function onceAMinute<A extends readonly unknown[]>(
  call: (...args: A) => void,
): (...args: A) => boolean {
  let calledAt = -Infinity;
  return (...args) => {
    const now = performance.now();
    if (now - calledAt < MINUTE_MS) return false;
    calledAt = now;
    call(...args);
    return true;
  };
}
