import { describe, expect, test } from '@jest/globals';
import { lintOpenApi } from '../../../scripts/api/lint-openapi.js';
import { describeRoutes } from '../../../src/http/app.js';
import { createOpenApiDocument } from '../../../src/http/openapi/document.js';
import { CATALOG } from '../../support/reports.js';

const served = JSON.stringify(createOpenApiDocument(describeRoutes(CATALOG)));

/**
 * Each entry puts a mistake into the document by a replacement, and names the rule that the linter must report.
 */
const MISTAKES: readonly [what: string, find: string, put: string, rule: string][] = [
  ['a member that OpenAPI does not have', '"summary":', '"sumary":', 'struct'],
  [
    'a keyword of OpenAPI 3.0',
    '"type":"string","format":"date-time"',
    '"type":"string","nullable":true,"format":"date-time"',
    'struct',
  ],
  [
    'a reference that leads nowhere',
    '#/components/schemas/Problem',
    '#/components/schemas/Probelm',
    'no-unresolved-refs',
  ],
  ['an example that its schema refuses', '"example":60', '"example":"soon"', 'no-invalid-schema-examples'],
  [
    'two operations of one name',
    '"operationId":"cancelJob"',
    '"operationId":"retryJob"',
    'operation-operationId-unique',
  ],
  ['an operation without summary', '"summary":"A job in any status",', '', 'operation-summary'],
  [
    'a tag that is not described',
    '"tags":["jobs"],"summary":"Run a FAILED job again"',
    '"tags":["odd"],"summary":"Run a FAILED job again"',
    'operation-tag-defined',
  ],
  [
    'a problem without the type of one',
    'application/problem+json',
    'application/json',
    'operation-4xx-problem-details-rfc7807',
  ],
  [
    'a path parameter that is not said',
    '"in":"path","name":"job_id"',
    '"in":"path","name":"id"',
    'path-parameters-defined',
  ],
  [
    'a security scheme that is not there',
    '"security":[{"bearer":[]}]',
    '"security":[{"basic":[]}]',
    'security-defined',
  ],
];

describe('the linter of /openapi.json', () => {
  test('has nothing against what is served', async () => {
    expect(await lintOpenApi(served)).toEqual([]);
  });

  test.each(MISTAKES)('complains of %s', async (_what, find, put, rule) => {
    const mistaken = served.replaceAll(find, put);
    expect(mistaken).not.toBe(served);
    expect(await lintOpenApi(mistaken)).toContainEqual(expect.stringContaining(` ${rule}: `));
  });
});
