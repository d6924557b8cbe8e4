import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { Handler } from '../web/route.js';
import { staticPage } from '../web/static-page.js';
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

/**
 * GraphiQL for browsers, open without a token. Its requests carry the one that is signed in with on the page at `/`, in
 * the same browser tab, unless its headers editor has another.
 */
export function createGraphiQLPage(path: string, reports: Pick<ReportCatalog, 'reports'>): Handler {
  return staticPage({
    type: 'text/html; charset=utf-8',
    policy: POLICY,
    content: () => renderPage(path, reports),
    chosenBy: 'Accept',
  });
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
async function renderPage(endpoint: string, reports: Pick<ReportCatalog, 'reports'>): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const rendered = renderGraphiQL({
    title: 'Posts Report',
    endpoint,
    subscriptionsProtocol: 'SSE',
    defaultTabs: tourOf(reports).map((query) => ({ query })),
    schemaDescription: true,
  });
  return rendered.replace('</head>', () => `${TABS_STAY}${SEND_TOKEN}</head>`);
}
