import { BadInputError } from '../../reports/errors.js';
import type { Exchange } from '../web/exchange.js';
import { readJson, requireJson } from '../web/json-body.js';
import type { OperationRequest } from './engine.js';

/**
 * Reads the operation from an HTTP request: the members that the specification "GraphQL over HTTP" defines. Other
 * members are ignored.
 *
 * @throws ReportsError BAD_USER_INPUT, UNSUPPORTED_MEDIA_TYPE
 */
export async function readOperationRequest(exchange: Exchange): Promise<OperationRequest> {
  const members = exchange.method === 'POST' ? await readMembers(exchange) : queryMembers(exchange.query);
  const { query, variables, operationName, extensions } = members;
  if (typeof query !== 'string') throw new BadInputError(['query'], 'must be a string.');
  if (!isAbsent(operationName) && typeof operationName !== 'string')
    throw new BadInputError(['operationName'], 'must be a string or null.');
  if (!isAbsent(extensions) && !isObject(extensions))
    throw new BadInputError(['extensions'], 'must be an object or null.');
  if (!isAbsent(variables) && !isObject(variables))
    throw new BadInputError(['variables'], 'must be an object or null.');
  return { query, variables, operationName };
}

type Members = Partial<Readonly<Record<'query' | 'variables' | 'operationName' | 'extensions', unknown>>>;

async function readMembers(exchange: Exchange): Promise<Members> {
  requireJson(exchange.headers);
  const value = await readJson(exchange);
  if (!isObject(value)) throw new BadInputError([], 'The body must be a JSON object.');
  return value;
}

function queryMembers(query: URLSearchParams): Members {
  const given = (name: string): string | undefined => query.get(name) || undefined;
  return {
    query: query.get('query'),
    operationName: given('operationName'),
    variables: parse('variables', given('variables')),
    extensions: parse('extensions', given('extensions')),
  };
}

function parse(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadInputError([name], 'must be JSON.');
  }
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
