/** Whether a promise is fulfilled within a time; what becomes of it later is nobody's concern. Never rejects. */
export async function inTime(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const fulfilled = promise.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([fulfilled, late]);
  } finally {
    clearTimeout(timer);
  }
}
