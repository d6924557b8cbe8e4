import { readFileSync } from 'node:fs';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from '../web/route.js';

/** The operations that have a description, by path. */
export function openApiPaths(routes: readonly Route[]): ZodOpenApiPathsObject {
  return Object.fromEntries(
    routes.flatMap(({ path, get, post }) => {
      const item = {
        ...(post?.description && { post: post.description }),
        ...(get?.description && { get: get.description }),
      };
      return Object.keys(item).length === 0 ? [] : [[path, item]];
    }),
  );
}

/** The OpenAPI 3.1 document. Its schemas are those that check the requests. */
export function createOpenApiDocument(routes: readonly Route[]): ReturnType<typeof createDocument> {
  return createDocument({ ...HEAD, paths: openApiPaths(routes) });
}

const HEAD: ZodOpenApiObject = {
  openapi: '3.1.0',
  info: {
    title: 'Posts report',
    version: packageVersion(),
    description: [
      'Reports over big tables, at once or as jobs. The first one is the number of words per user over all posts.',
      '`/api/1.0` answers with the report, `/api/2.0` with a job that makes the report.',
      'Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer has an `X-Request-Id`.',
      'While authentication is off, no token is needed.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'report', description: 'Request reports.' },
    { name: 'jobs', description: 'Follow, cancel and retry jobs.' },
    { name: 'service', description: 'The state and the description of the service.' },
  ],
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
};

/** The version in package.json. The relative path from `src` is the same as from `dist`. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
