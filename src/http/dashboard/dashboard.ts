import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ReportsError } from '../../reports/errors.js';
import { openOperation, PAGE_ANSWERS } from '../openapi/describe.js';
import type { Handler, Route } from '../web/route.js';
import { staticPage } from '../web/static-page.js';

/**
 * The page loads nothing from other origins and sends nothing to them. No text can become HTML or a script, because
 * browsers with trusted types refuse `innerHTML` and similar functions.
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

/**
 * The same relative path leads from `src` and from `dist` to the source folder, because the build does not copy these
 * files.
 */
const FOLDER = new URL('../../../src/http/dashboard/page/', import.meta.url);

/** File types that browsers get; other files of the folder are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the page at `/`, and the files that it loads at `/dashboard/{file}`. */
export function createDashboardRoutes(): readonly Route[] {
  const files = loadFiles();
  const get = (name: string): Handler => {
    const handle = files.get(name);
    if (handle === undefined) throw new ReportsError('NOT_FOUND', 'The page has no such file.');
    return handle;
  };
  const description = openOperation(
    'home',
    'A page for people',
    PAGE_ANSWERS,
    'Asks for reports, follows and lists jobs, and shows what failed; by the interfaces that stand here.',
  );
  return [
    { path: '/', open: true, get: { description, handle: get('index.html') } },
    {
      path: '/dashboard/{file}',
      open: true,
      isQuiet: true,
      get: { handle: (exchange) => get(exchange.parameters['file'] ?? '')(exchange) },
    },
  ];
}

/**
 * Returns a handler for each file name. The files are read at the start, so that a missing file is an error at the
 * start, and not at the first request.
 */
function loadFiles(): ReadonlyMap<string, Handler> {
  const files = new Map<string, Handler>();
  for (const name of readdirSync(FOLDER)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const content = readFileSync(new URL(name, FOLDER));
    files.set(name, staticPage({ type, policy: POLICY, content: () => content }));
  }
  return files;
}
