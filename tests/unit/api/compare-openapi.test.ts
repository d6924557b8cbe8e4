import { describe, expect, test } from '@jest/globals';
import { compareOpenApi, type OpenApiDocument } from '../../../scripts/api/compare-openapi.js';
import { describeRoutes } from '../../../src/http/app.js';
import { createOpenApiDocument } from '../../../src/http/openapi/document.js';
import { CATALOG } from '../../support/reports.js';

const text = JSON.stringify(createOpenApiDocument(describeRoutes(CATALOG)));
const JOB = 'GET /api/2.0/report/jobs/{job_id}';
const POST = 'POST /api/2.0/report/posts';

/** Each entry replaces a text in the real document, and names the change that the comparison must report. */
const BREAKING: readonly [what: string, find: string, put: string, change: string][] = [
  [
    'a path that is gone',
    '"/api/1.0/report/posts"',
    '"/api/1.1/report/posts"',
    'GET /api/1.0/report/posts is gone',
  ],
  [
    'an operation of another name',
    '"getJob"',
    '"showJob"',
    `${JOB} was getJob and is showJob: made clients have names`,
  ],
  [
    'a parameter that is gone',
    '"in":"query","name":"max_age_seconds"',
    '"in":"query","name":"max_age"',
    `${POST} query max_age_seconds is not taken any more`,
  ],
  [
    'a parameter that has to be given',
    '"in":"query","name":"created_from"',
    '"in":"query","required":true,"name":"created_from"',
    `${POST} query created_from is required now`,
  ],
  [
    'a value that is refused',
    '"enum":["json","csv","ndjson"]',
    '"enum":["json","csv"]',
    `${POST} query format may not be ndjson any more`,
  ],
  [
    'a narrower bound of a request',
    '"maxItems":1000',
    '"maxItems":10',
    `${POST} body filter user_ids had maxItems 1000 and has 10`,
  ],
  [
    'a member that is not taken any more',
    '"max_age_seconds":{"description"',
    '"max_age":{"description"',
    `${POST} body max_age_seconds is not taken any more`,
  ],
  [
    'a member that may not be null any more',
    '2147483647}},{"type":"null"}]},"created_from":{"description":"Only posts created at or after this moment."',
    '2147483647}}]},"created_from":{"description":"Only posts created at or after this moment."',
    `${POST} body filter user_ids may not be null any more`,
  ],
  [
    'a body that has to be given',
    '"requestBody":{"required":false,',
    '"requestBody":{"required":true,',
    `${POST} asks for a body now`,
  ],
  [
    'a status that is gone',
    '"202":{"description":"The job: a new',
    '"201":{"description":"The job: a new',
    `${POST} 202 is not answered any more`,
  ],
  [
    'a header that is gone',
    '"Location":{"description":"The address of the job."',
    '"Place":{"description":"The address of the job."',
    `${POST} 202 has no header Location any more`,
  ],
  ['a format that is gone', '"text/csv"', '"text/tsv"', `${POST} 200 is not given as text/csv any more`],
  [
    'a member of an answer that is gone',
    '"created_at":{',
    '"made_at":{',
    `${JOB} 200 data created_at is gone`,
  ],
  [
    'a member that need not be there',
    '"required":["job_id",',
    '"required":[',
    `${JOB} 200 data job_id need not be there any more`,
  ],
  [
    'a member of another type',
    '"job_id":{"type":"string"',
    '"job_id":{"type":"integer"',
    `${JOB} 200 data job_id was string and is integer`,
  ],
  [
    'a member that can be null now',
    '"created_at":{"$ref":"#/components/schemas/Instant"}',
    '"created_at":{"anyOf":[{"$ref":"#/components/schemas/Instant"},{"type":"null"}]}',
    `${JOB} 200 data created_at can be null now`,
  ],
  [
    'a route that asks for a token now',
    '"security":[]',
    '"security":[{"bearer":[]}]',
    'GET /healthz asks for a token now',
  ],
  [
    'a member that is gone from one of several reports',
    '"day":{"type"',
    '"date":{"type"',
    'GET /api/2.0/report/jobs/{job_id}/result 200 has other alternatives',
  ],
];

const DANGEROUS: readonly [what: string, find: string, put: string, change: string][] = [
  [
    'a new value in an answer',
    '"FAILED","CANCELED"]',
    '"FAILED","CANCELED","PAUSED"]',
    `${JOB} 200 data status can be PAUSED now`,
  ],
  [
    'a wider bound of an answer',
    '"minimum":0,"maximum":100',
    '"minimum":0,"maximum":200',
    `${JOB} 200 data progress percent had maximum 100 and has 200`,
  ],
  [
    'a keyword that it does not judge',
    '"format":"date-time"',
    '"format":"date"',
    `${POST} query created_from has another format`,
  ],
];

describe('the comparer of OpenAPI documents', () => {
  test('finds nothing between equal ones', () => {
    expect(compare(text)).toEqual({ breaking: [], dangerous: [] });
  });

  test('reports no additions, no other descriptions, and no requests that are newly allowed', () => {
    const more = text
      .replaceAll('"created_at":{', '"more":{"type":"string"},"created_at":{')
      .replaceAll('"enum":["json","csv","ndjson"]', '"enum":["json","csv","ndjson","xml"]')
      .replaceAll('"maxItems":1000', '"maxItems":2000')
      .replaceAll(/"description":"[^"\\]*"/g, '"description":"Other words."');
    expect(more).toContain('"description":"Other words."');
    expect(compare(more)).toEqual({ breaking: [], dangerous: [] });
  });

  test.each(BREAKING)('calls %s breaking', (_what, find, put, change) => {
    expect(compare(replace(find, put)).breaking).toContain(change);
  });

  test.each(DANGEROUS)('calls %s dangerous, and nothing else', (_what, find, put, change) => {
    const changes = compare(replace(find, put));
    expect(changes.breaking).toEqual([]);
    expect(changes.dangerous).toContain(change);
  });

  test('comes to an end for a schema that refers to itself', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } };
    const answer = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } };
    const before: OpenApiDocument = {
      paths: { '/a': { get: { responses: { 200: answer } } } },
      components: { schemas: { Node: node } },
    };
    const after = {
      ...before,
      components: { schemas: { Node: { ...node, properties: { ...node.properties, more: {} } } } },
    };
    expect(compareOpenApi(before, after)).toEqual({ breaking: [], dangerous: [] });
    expect(compareOpenApi(after, before).breaking).toEqual(['GET /a 200 more is gone']);
  });
});

function compare(changed: string): ReturnType<typeof compareOpenApi> {
  return compareOpenApi(JSON.parse(text) as OpenApiDocument, JSON.parse(changed) as OpenApiDocument);
}

function replace(find: string, put: string): string {
  const changed = text.replaceAll(find, put);
  expect(changed).not.toBe(text);
  return changed;
}
