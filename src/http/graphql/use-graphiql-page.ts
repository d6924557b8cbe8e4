import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Plugin } from 'graphql-yoga';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import { ReportsError } from '../../reports/errors.js';
import { negotiateEncoding } from '../web/negotiate.js';
import { problemPage } from '../web/problem.js';
import { tourOf } from './tour.js';

/** Nothing may come from elsewhere, and nothing may go there: the page has all that it needs in it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Page {
  readonly plain: string;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/**
 * GraphiQL for browsers, open without a token. Its requests carry the one that is signed in with on the page at `/`, in
 * the same browser tab, unless its headers editor has another.
 *
 * @param reports undefined: the page is not served
 */
export function useGraphiQLPage(path: string, reports: Pick<ReportCatalog, 'reports'> | undefined): Plugin {
  let page: Promise<Page> | undefined;
  return {
    onRequest: async (payload) => {
      const { request, url } = payload;
      if (request.method !== 'GET' || url.pathname !== path || !wantsHtml(request)) return;
      if (reports === undefined) return payload.endResponse(notServed());
      page ??= renderPage(path, reports);
      payload.endResponse(respond(request, await page));
    },
  };
}

function notServed(): Response {
  const { status, headers, body } = problemPage(
    new ReportsError('NOT_FOUND', 'This service has no GraphiQL page.'),
    '',
  );
  return new Response(body as string, { status, headers });
}

function wantsHtml(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/html') === true;
}

/**
 * A tab under a pressed button jumps to where it stood before the page was laid out, so that the first click on it goes
 * beside it (the tabs of @graphql-yoga/render-graphiql 5.24.1, which can be dragged, by motion).
 */
const TABS_STAY = '<style>.graphiql-tab { transform: none !important }</style>';

/** Before the library is loaded, which takes `fetch` as it finds it. */
const SEND_TOKEN = `<script>{
const send = fetch;
window.fetch = (input, init = {}) => {
  const token = sessionStorage.getItem('posts-report.token');
  const headers = new Headers(init.headers);
  if (token !== null && !headers.has('authorization')) headers.set('authorization', 'Bearer ' + token);
  return send(input, { ...init, headers });
};
}</script>`;

/** The library is loaded with the first page: it is 9 MB of text. */
async function renderPage(endpoint: string, reports: Pick<ReportCatalog, 'reports'>): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const rendered = renderGraphiQL({
    title: 'Posts Report',
    endpoint,
    subscriptionsProtocol: 'SSE',
    defaultTabs: tourOf(reports).map((query) => ({ query })),
    schemaDescription: true,
  });
  const plain = rendered.replace('</head>', () => `${TABS_STAY}${SEND_TOKEN}</head>`);
  const zipped = new Uint8Array(await promisify(gzip)(plain));
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, zipped, etag };
}

function respond(request: Request, { plain, zipped, etag }: Page): Response {
  const headers = {
    'Content-Security-Policy': POLICY,
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-cache',
    ETag: etag,
    Vary: 'Accept, Accept-Encoding',
  };
  if (request.headers.get('if-none-match')?.includes(etag) === true) {
    return new Response(null, { status: 304, headers });
  }
  return negotiateEncoding(Object.fromEntries(request.headers), ['gzip']) === 'gzip'
    ? new Response(zipped, { headers: { ...headers, 'Content-Encoding': 'gzip' } })
    : new Response(plain, { headers });
}
