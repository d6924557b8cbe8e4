import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { Handler } from '../web/route.js';
import { staticPage } from '../web/static-page.js';
import { tourOf } from './tour.js';

/** The page loads nothing from other origins and sends nothing to them: all its parts are inline. */
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
 * The GraphiQL page, which is served without a token. Its requests send the token that the user entered on the page at
 * `/` in the same browser tab, unless GraphiQL's headers editor has another token.
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
 * Without this style, a tab jumps to its initial position when it is pressed, so that the first click misses it. The
 * cause is the library `motion`, which makes the tabs of @graphql-yoga/render-graphiql 5.24.1 draggable.
 */
const TABS_STAY = '<style>.graphiql-tab { transform: none !important }</style>';

/**
 * Runs before the GraphiQL library is loaded, because the library keeps a reference to the `fetch` that it finds then.
 */
const SEND_TOKEN = `<script>{
const send = fetch;
window.fetch = (input, init = {}) => {
  const token = sessionStorage.getItem('posts-report.token');
  const headers = new Headers(init.headers);
  if (token !== null && !headers.has('authorization')) headers.set('authorization', 'Bearer ' + token);
  return send(input, { ...init, headers });
};
}</script>`;

/** The library is imported at the first request for the page, because it contains 9 MB of text. */
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
