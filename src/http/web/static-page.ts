import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer } from './answer.js';
import { matchesEtag, notModified } from './etag.js';
import type { Exchange } from './exchange.js';
import { negotiateEncoding } from './negotiate.js';
import type { Handler } from './route.js';

interface StaticPage {
  /** The value of `Content-Type`. */
  readonly type: string;
  /** The value of `Content-Security-Policy`. */
  readonly policy: string;
  /** Returns the page; called for the first request. */
  readonly content: () => Promise<Uint8Array | string> | Uint8Array | string;
  /** Request headers, other than `Accept-Encoding`, that decide whether the answer is this page. */
  readonly chosenBy?: string;
}

const compress = promisify(gzip);

/**
 * Returns the handler of a page that stays the same while the process runs. The page is sent with gzip when the client
 * accepts it; a client that has the page gets 304.
 */
export function staticPage({ type, policy, content, chosenBy }: StaticPage): Handler {
  const load = cached(async () => {
    const bytes = Buffer.from(await content());
    // The ETag is weak, because the page has the same ETag in both encodings.
    const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
    return { bytes, etag, zipped: cached(async () => await compress(bytes)) };
  });
  return async (exchange: Exchange): Promise<Answer> => {
    const { bytes, etag, zipped } = await load();
    const headers = {
      'content-security-policy': policy,
      'content-type': type,
      'cache-control': 'no-cache', // asks before each use, so that two releases are never mixed
      etag,
      vary: chosenBy === undefined ? 'Accept-Encoding' : `${chosenBy}, Accept-Encoding`,
    };
    if (matchesEtag(exchange, etag)) return notModified(headers);
    if (negotiateEncoding(exchange.headers, ['gzip']) === 'identity')
      return { status: 200, headers, body: bytes };
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: await zipped() };
  };
}

/** Caches the result of `make`. After an error, the next call tries again. */
function cached<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}
