import { z } from 'zod';
import { json as jsonAnswer } from '../web/answer.js';
import type { Route } from '../web/route.js';
import { staticPage } from '../web/static-page.js';
import { json, openOperation, PAGE_ANSWERS } from './describe.js';
import { createOpenApiDocument } from './document.js';
import { PAGE_POLICY, renderPage } from './page.js';

/**
 * The routes `/openapi.json` and, for people, `/api`. Both describe all routes, these two included. They are rendered
 * on the first request.
 */
export function createOpenApiRoutes(routes: () => readonly Route[]): readonly Route[] {
  let document: ReturnType<typeof createOpenApiDocument> | undefined;
  const describe = () => (document ??= createOpenApiDocument(routes()));
  return [
    {
      path: '/api',
      open: true,
      get: {
        description: openOperation('read', 'This document as a page', PAGE_ANSWERS),
        handle: staticPage({
          type: 'text/html; charset=utf-8',
          policy: PAGE_POLICY,
          content: () => renderPage(describe()),
        }),
      },
    },
    {
      path: '/openapi.json',
      open: true,
      get: {
        description: openOperation('describe', 'This document', {
          200: json('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })),
        }),
        handle: () => jsonAnswer(describe()),
      },
    },
  ];
}
