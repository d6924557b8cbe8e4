import { readFileSync } from 'node:fs';
import { createDocument, type ZodOpenApiObject } from 'zod-openapi';
import { JOB_PATHS } from './job-paths.js';
import { REPORT_PATHS } from './report-paths.js';
import { SERVICE_PATHS } from './service-paths.js';

/** The paths as schemas: the tests hold answers against them. */
export const PATHS = { ...REPORT_PATHS, ...JOB_PATHS, ...SERVICE_PATHS };

/** OpenAPI 3.1, made from the schemas that check the requests. */
export function createOpenApiDocument(): ReturnType<typeof createDocument> {
  return createDocument(DEFINITION);
}

const DEFINITION: ZodOpenApiObject = {
  openapi: '3.1.0',
  info: {
    title: 'Posts report',
    version: packageVersion(),
    description: [
      'Words written per user over all posts, at once or as a job.',
      'The same report by two doors: `/api/1.0` answers with it, `/api/2.0` answers with a job that makes it.',
      'Errors are `application/problem+json` (RFC 9457) with a stable `code`. Every answer has an `X-Request-Id`.',
      'While authentication is off, no token is needed.',
    ].join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  security: [{ bearer: [] }],
  tags: [
    { name: 'report', description: 'Ask for the report.' },
    { name: 'jobs', description: 'Follow, stop and run again what was asked for.' },
    { name: 'service', description: 'For whoever runs it.' },
  ],
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  paths: PATHS,
};

/** Of the release, as package.json says; compiled, this file lies as deep below it as its source. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
