/**
 * What a broker may keep of a handler's rejection: the attempt's stable code, and nothing that could hold a secret.
 * An answer for anything that was thrown, `undefined` included.
 */
export function failureCode(cause: unknown): string {
  return cause instanceof Error && /^[A-Z][A-Z_]*$/.test(cause.message) ? cause.message : 'INTERNAL';
}
