import { createConfig, lintFromString } from '@redocly/openapi-core';

const ADDRESS = '/openapi.json';

/** Rules beside Redocly's strict ones, which support OpenAPI 3.1: structure, references, examples against schemas. */
const RULES = {
  'component-name-unique': 'error',
  'operation-4xx-problem-details-rfc7807': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  'path-params-defined': 'error',
} as const;

/**
 * @param source the OpenAPI document as JSON
 * @returns one line for each complaint, `pointer rule: message`
 */
export async function lintOpenApi(source: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules: RULES });
  const problems = await lintFromString({ source, absoluteRef: ADDRESS, config });
  return problems.map(
    ({ location, ruleId, message }) => `${location[0]?.pointer ?? ''} ${ruleId}: ${message}`,
  );
}
