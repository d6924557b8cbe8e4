/** 1044 ER_DBACCESS_DENIED_ERROR, 1045 ER_ACCESS_DENIED_ERROR, 1049 ER_BAD_DB_ERROR: waiting does not cure these. */
const REFUSALS = new Set([1044, 1045, 1049]);

/** The server's words when it answered but will not have us: wrong user, password or database. Else undefined. */
export function refusedAccess(error: unknown): string | undefined {
  for (let one: unknown = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    if ('errno' in one && REFUSALS.has(Number(one.errno))) return one.message;
  }
  return undefined;
}
