/**
 * Whether a GET or HEAD says by `If-None-Match` that it has this state already; weak comparison, RFC 9110 13.1.2.
 * Answers about jobs are `no-store`, so this serves callers that poll and remember the tag themselves.
 */
export function matchesEtag(request: Request, etag: string): boolean {
  const header = request.headers.get('if-none-match');
  if (header === null || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  if (header.trim() === '*') return true;
  const tags: readonly string[] = header.match(/"[\x21\x23-\x7e]*"/g) ?? [];
  return tags.includes(etag.replace(/^W\//, ''));
}

/** @param headers those that the whole answer would have had, without the ones about its body */
export function notModified(headers: Record<string, string>): Response {
  return new Response(null, { status: 304, headers: { 'cache-control': 'no-store', ...headers } });
}
