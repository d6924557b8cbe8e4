import { readFileSync, writeFileSync } from 'node:fs';
import { describeRoutes } from '../../src/http/app.js';
import { createOpenApiDocument } from '../../src/http/openapi/document.js';
import { SHIPPED } from '../../src/reports/kinds/index.js';
import { ReportCatalog } from '../../src/reports/report-catalog.js';
import type { Changes } from './changes.js';
import { compareGraphQL } from './compare-graphql.js';
import { compareOpenApi, type OpenApiDocument } from './compare-openapi.js';

/** The two interfaces as text: SDL, and an OpenAPI document in JSON. */
export interface Interfaces {
  readonly graphql: string;
  readonly openapi: string;
}

const SCHEMA = new URL('../../schema.graphql', import.meta.url);
const BASELINE = {
  graphql: new URL('../../api-baseline/schema.graphql', import.meta.url),
  openapi: new URL('../../api-baseline/openapi.json', import.meta.url),
};

const SHIPPED_REPORTS = new ReportCatalog(SHIPPED);

/** The interfaces of this checkout. */
export function readPresent(): Interfaces {
  return {
    graphql: readFileSync(SCHEMA, 'utf8'),
    openapi: JSON.stringify(createOpenApiDocument(describeRoutes(SHIPPED_REPORTS))),
  };
}

/** The interfaces of the last release. */
export function readBaseline(): Interfaces {
  return {
    graphql: readFileSync(BASELINE.graphql, 'utf8'),
    openapi: readFileSync(BASELINE.openapi, 'utf8'),
  };
}

export function writeBaseline({ graphql, openapi }: Interfaces): void {
  writeFileSync(BASELINE.graphql, graphql);
  writeFileSync(BASELINE.openapi, `${JSON.stringify(JSON.parse(openapi), null, 2)}\n`);
}

export function compareInterfaces(before: Interfaces, after: Interfaces): Changes {
  const both = [
    compareGraphQL(before.graphql, after.graphql),
    compareOpenApi(
      JSON.parse(before.openapi) as OpenApiDocument,
      JSON.parse(after.openapi) as OpenApiDocument,
    ),
  ];
  return {
    breaking: both.flatMap(({ breaking }) => breaking),
    dangerous: both.flatMap(({ dangerous }) => dangerous),
  };
}
