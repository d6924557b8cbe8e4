import { createHash } from 'node:crypto';

/**
 * Equal for failures of the same cause: the first 16 hex digits of the SHA-256 of code and message, without the
 * message's quoted texts, ids and numbers.
 */
export function failureFingerprint(code: string, message: string): string {
  const shape = message
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '?')
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/gi, '?')
    .replace(/\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b/gi, '?')
    .replace(/\d+(?:[.,]\d+)*/g, '?');
  return createHash('sha256').update(`${code}\n${shape}`).digest('hex').slice(0, 16);
}
