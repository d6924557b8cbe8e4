/**
 * Node's code of a system error: `ENOENT`, `EADDRINUSE` … `instanceof Error` is not used, because it is false for
 * system errors under jest, where they come from another realm.
 * @param {unknown} error
 * @returns {unknown}
 */
export function errorCode(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
