import { ReportsError } from '../../reports/errors.js';
import type { Call, Handler } from '../rest/call.js';
import { isHead } from '../rest/call.js';
import { matchesEtag, notModified } from '../rest/etag.js';
import { negotiateEncoding } from '../rest/negotiate.js';
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
    home: (call) => respond(call, files.get('index.html')),
    file: (call) => respond(call, files.get(call.parameters['file'] ?? '')),
  };
}

function respond({ request }: Call, file: PageFile | undefined): Response {
  if (file === undefined) throw new ReportsError('NOT_FOUND', 'The page has no such file.');
  const zipped = negotiateEncoding(request.headers, ['gzip']) === 'gzip' ? file.zipped() : undefined;
  const headers = {
    'content-security-policy': POLICY,
    'content-type': file.type,
    'cache-control': 'no-cache', // kept, but asked about: a new release shows at once, and whole
    etag: file.etag,
    vary: 'Accept-Encoding',
  };
  if (matchesEtag(request, file.etag)) return notModified(headers);
  const body = zipped ?? file.content;
  return new Response(isHead(request) ? null : body, {
    headers: {
      ...headers,
      'content-length': String(body.length),
      ...(zipped && { 'content-encoding': 'gzip' }),
    },
  });
}
