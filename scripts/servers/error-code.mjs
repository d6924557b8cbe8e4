/**
 * Node's code of a system error: `ENOENT`, `EADDRINUSE` …
 * @param {unknown} error Not tested with `instanceof Error`: under jest it is of another realm.
 * @returns {unknown}
 */
export function errorCode(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
