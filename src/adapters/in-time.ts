/**
 * The deadline is counted in steps. A step during which the event loop was blocked counts as one step, however long it
 * took.
 */
const STEP_MS = 50;

/**
 * Rejects with `late()` when the promise takes longer than `milliseconds`. A later outcome of the promise is ignored.
 * Time in which the event loop was blocked does not count, because the process could not read an answer in that time.
 */
export async function withDeadline<T>(
  promise: Promise<T>,
  milliseconds: number,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    const wait = (left: number): void => {
      if (left <= 0) reject(late());
      else timer = setTimeout(wait, Math.min(left, STEP_MS), left - STEP_MS);
    };
    wait(milliseconds);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with true if the promise is fulfilled within `milliseconds`, else with false. Never rejects. */
export async function inTime(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return await withDeadline(promise, milliseconds, () => new Error('late')).then(
    () => true,
    () => false,
  );
}
