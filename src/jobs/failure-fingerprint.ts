import { createHash } from 'node:crypto';

/**
 * Groups failures of one cause: a hash (16 hex digits) of code and message, with quoted text, ids and numbers blanked.
 */
export function failureFingerprint(code: string, message: string): string {
  const shape = message
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '?')
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/gi, '?')
    .replace(/\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b/gi, '?')
    .replace(/\d+(?:[.,]\d+)*/g, '?');
  return createHash('sha256').update(`${code}\n${shape}`).digest('hex').slice(0, 16);
}
