import { expect } from '@jest/globals';
import { describeRoutes } from '../../../src/http/app.js';
import { createOpenApiDocument, openApiPaths } from '../../../src/http/openapi/document.js';
import { CATALOG } from '../../support/reports.js';

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Described>>;
}

const ROUTES = describeRoutes(CATALOG);
const PATHS = openApiPaths(ROUTES);
const DOCUMENT = createOpenApiDocument(ROUTES);

/** Fails unless /openapi.json describes the answer's status, required headers, media type and members. */
export async function expectDescribed(address: string, method: string, response: Response): Promise<void> {
  const path = new URL(address, 'http://localhost').pathname;
  const template = Object.keys(PATHS).find((known) => matches(known, path));
  const operation = template === undefined ? undefined : operationOf(template, method);
  if (template === undefined || operation === undefined || response.status === 405) return; // it is not described
  const described = operation.responses[response.status];
  const what = `${method} ${template} ${response.status}`;
  expect({ what, isDescribed: described !== undefined }).toEqual({ what, isDescribed: true });
  for (const name of requiredHeaders(template, method, response.status)) {
    expect({ what, name, isThere: response.headers.has(name) }).toEqual({ what, name, isThere: true });
  }
  const type = response.headers.get('content-type')?.split(';')[0];
  if (described?.content === undefined || type === undefined || type === 'text/event-stream') return;
  expect(Object.keys(described.content)).toContain(type);
  const schema = described.content[type]?.schema;
  if (!type.endsWith('json') || !isZod(schema) || method === 'HEAD') return;
  if (response.headers.has('content-encoding')) return;
  const parsed = schema.safeParse(await response.clone().json());
  expect({ what, error: parsed.error }).toEqual({ what, error: undefined });
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll('.', '\\.').replace('{job_id}', '[^/]+')}$`).test(path);
}

function operationOf(template: string, method: string): Operation | undefined {
  const item = PATHS[template] as unknown as Readonly<Record<string, Operation>>;
  return item[method === 'HEAD' ? 'get' : method.toLowerCase()];
}

function requiredHeaders(template: string, method: string, status: number): readonly string[] {
  const operation = DOCUMENT.paths?.[template]?.[method === 'POST' ? 'post' : 'get'];
  const response = operation?.responses?.[status] as
    { headers?: Record<string, { required?: boolean }> } | undefined;
  return Object.entries(response?.headers ?? {}).flatMap(([name, { required }]) =>
    required === true ? [name] : [],
  );
}

interface Schema {
  safeParse(value: unknown): { readonly error?: unknown };
}

function isZod(schema: unknown): schema is Schema {
  return typeof schema === 'object' && schema !== null && 'safeParse' in schema;
}
