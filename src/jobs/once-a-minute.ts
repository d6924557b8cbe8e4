const MINUTE_MS = 60_000;

/** The same function, which does nothing when it was called less than a minute ago. Answers whether it did something. */
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
