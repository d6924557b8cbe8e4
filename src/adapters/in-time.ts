/** A stretch in which the event loop stood still counts as one step. */
const STEP_MS = 50;

/**
 * Rejects with `late()` when the promise takes longer than that; what the promise comes to later is ignored. Time in
 * which the event loop stood still does not count, because an answer that came meanwhile could not be read.
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

/** Whether a promise is fulfilled within a time. Never rejects. */
export async function inTime(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return await withDeadline(promise, milliseconds, () => new Error('late')).then(
    () => true,
    () => false,
  );
}
