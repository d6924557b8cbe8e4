/** Rejects with `late()` when the promise takes longer than that; what the promise comes to later is ignored. */
export async function withDeadline<T>(
  promise: Promise<T>,
  milliseconds: number,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
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
