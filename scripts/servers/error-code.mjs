/**
 * The code that Node gives to an error of the system: `ENOENT`, `EADDRINUSE` …
 * @param {unknown} error Not asked whether it is an Error: under jest it is one of another realm.
 * @returns {unknown}
 */
export function errorCode(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
