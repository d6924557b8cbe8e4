import type { IncomingMessage } from 'node:http';

/** The headers of a request. Names are in lower case; the values of a repeated header are joined as HTTP defines. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Reads the headers. The host of an absolute target replaces the Host header (RFC 9112 3.2.2). Without a Host header in
 * HTTP/1.1, and with several, of which node:http keeps only the first, the returned host is invalid, so that
 * `checkHost` refuses the request.
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
