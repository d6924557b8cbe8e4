import { ReportsError } from '../../reports/errors.js';
import type { Answer } from '../web/answer.js';
import { matchesEtag, notModified } from '../web/etag.js';
import type { Exchange } from '../web/exchange.js';
import { negotiateEncoding } from '../web/negotiate.js';
import type { Handler } from '../web/route.js';
import { loadPageFiles, type PageFile } from './page-files.js';

export interface Dashboard {
  /** `GET /`: the page for people. */
  readonly home: Handler;
  /** `GET /dashboard/{file}`: what the page consists of. */
  readonly file: Handler;
}

/**
 * Nothing may come from elsewhere or go there, and no text can become HTML or a script: browsers that know trusted
 * types refuse the page `innerHTML` and its like.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Reads the page's files; one that is missing is noticed here, not by the first visitor. */
export function createDashboard(): Dashboard {
  const files = loadPageFiles();
  return {
    home: (exchange) => respond(exchange, files.get('index.html')),
    file: (exchange) => respond(exchange, files.get(exchange.parameters['file'] ?? '')),
  };
}

function respond(exchange: Exchange, file: PageFile | undefined): Answer {
  if (file === undefined) throw new ReportsError('NOT_FOUND', 'The page has no such file.');
  const zipped = negotiateEncoding(exchange.headers, ['gzip']) === 'gzip' ? file.zipped() : undefined;
  const headers = {
    'content-security-policy': POLICY,
    'content-type': file.type,
    'cache-control': 'no-cache', // kept, but asked about: a new release shows at once, and whole
    etag: file.etag,
    vary: 'Accept-Encoding',
  };
  if (matchesEtag(exchange, file.etag)) return notModified(headers);
  const encoding = zipped && { 'content-encoding': 'gzip' };
  return { status: 200, headers: { ...headers, ...encoding }, body: zipped ?? file.content };
}
