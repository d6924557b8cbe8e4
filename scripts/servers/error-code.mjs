/**
 * The code that Node gives to an error of the system: `ENOENT`, `EADDRINUSE` …
 * @param {unknown} error
 * @returns {unknown}
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
