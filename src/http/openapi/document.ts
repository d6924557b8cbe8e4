import { readFileSync } from 'node:fs';
import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from '../web/route.js';

/** The described operations of the routes, with their schemas. */
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

/** OpenAPI 3.1, made from the schemas that check the requests. */
export function createOpenApiDocument(routes: readonly Route[]): ReturnType<typeof createDocument> {
  return createDocument({ ...HEAD, paths: openApiPaths(routes) });
}

const HEAD: ZodOpenApiObject = {
  openapi: '3.1.0',
  info: {
    title: 'Posts report',
    version: packageVersion(),
    description: [
      'Reports over big tables, at once or as jobs: first of all words written per user over all posts.',
      'The same report in two ways: `/api/1.0` answers with it, `/api/2.0` answers with a job that makes it.',
      'Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer has an `X-Request-Id`.',
      'While authentication is off, no token is needed.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'report', description: 'Ask for reports.' },
    { name: 'jobs', description: 'Follow, stop and run again what was asked for.' },
    { name: 'service', description: 'For those who run it.' },
  ],
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
};

/** The version in package.json. The compiled file is as deep below it as the source. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
