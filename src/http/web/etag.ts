import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

/**
 * Whether a GET or HEAD says by `If-None-Match` that it has this state already; weak comparison, RFC 9110 13.1.2.
 * Answers about jobs are `no-store`, so this serves clients that poll and remember the tag themselves.
 */
export function matchesEtag({ method, headers }: Exchange, etag: string): boolean {
  const header = headers['if-none-match'];
  if (header === undefined || (method !== 'GET' && method !== 'HEAD')) return false;
  if (header.trim() === '*') return true;
  const tags: readonly string[] = header.match(/"[\x21\x23-\x7e]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ''));
}

/** @param headers those that the whole answer would have had, without the ones about its body */
export function notModified(headers: Readonly<Record<string, string>>): Answer {
  return { status: 304, headers: { 'cache-control': 'no-store', ...headers } };
}
