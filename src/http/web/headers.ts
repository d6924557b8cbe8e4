import type { IncomingMessage } from 'node:http';

/** Headers of a request: names in lower case, repeated headers joined as HTTP says. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Reads the headers. The host of an absolute target replaces the Host header (RFC 9112 3.2.2). node:http keeps the
 * first of several Host headers; here all are kept, so that `checkHost` refuses the request, as it does one of HTTP/1.1
 * without any.
 */
export function readHeaders({
  url = '/',
  httpVersionMinor,
  headers,
  rawHeaders,
}: IncomingMessage): RequestHeaders {
  const count = countHosts(rawHeaders);
  const named = url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (count === 1 ? named === undefined : count === 0 && httpVersionMinor === 0)
    return headers as RequestHeaders;
  const host = count > 1 ? `${headers.host}, …` : count === 0 ? '' : named;
  return { ...(headers as RequestHeaders), host };
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') count += 1;
  return count;
}
