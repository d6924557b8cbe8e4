import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/**
 * Whether the client of a GET or HEAD has this version already, by weak comparison with `If-None-Match` (RFC 9110
 * 13.1.2). Answers about jobs are `no-store`, so only clients that keep the ETag themselves send this header for a job.
 */
export function matchesEtag({ method, headers }: Exchange, etag: string): boolean {
  const header = headers['if-none-match'];
  if (header === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
  if (header.trim() === '*') return true;
  const tags: readonly string[] = header.match(/"[\x21\x23-\x7e]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ''));
}

/** @param headers the headers of the complete answer, without the headers that describe its body */
export function notModified(headers: Readonly<Record<string, string>>): Answer {
  return { status: 304, headers: { 'cache-control': 'no-store', ...headers } };
}
