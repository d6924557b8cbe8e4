import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import type { ErrorCode } from '../../reports/errors.js';
import { answers, COMMON_PROBLEMS } from '../openapi/describe.js';
import type { Answer } from '../web/answer.js';
import type { Exchange } from '../web/exchange.js';
import { readJson } from '../web/json-body.js';
import { negotiateType } from '../web/negotiate.js';
import type { Operation } from '../web/route.js';
import { inRestNames } from './input-errors.js';
import { parseMembers, queryParser } from './parse-input.js';

/** The definition of one method of a REST address: its input, its answers, and its handler. */
interface Definition<Query extends z.ZodRawShape, Body> {
  readonly id: string;
  readonly tag: 'report' | 'jobs';
  readonly summary: string;
  readonly description?: string;
  readonly path?: z.ZodObject;
  /** The query parameters. A request with other parameters is refused. */
  readonly query?: Query;
  readonly headers?: z.ZodRawShape;
  readonly body?: z.ZodType<Body>;
  /**
   * Media types of the answers. A request whose `Accept` allows none of them is refused. When absent, `handle`
   * negotiates.
   */
  readonly accept?: readonly string[];
  readonly answers: Readonly<Record<`${2 | 3}${string}`, ZodOpenApiResponseObject>>;
  /** Error codes of `handle`. The codes of the checks before `handle` are added. */
  readonly problems: readonly ErrorCode[];
  /** Returns the name of a filter member in queries: `shop_id` for `shopIds`. Default: the name in snake_case. */
  readonly queryNameOf?: (member: string) => string;
  readonly refusesForeignPages?: boolean;
  readonly withoutHead?: boolean;
  readonly handle: (input: Input<Query, Body>) => Promise<Answer> | Answer;
}

export interface Input<Query extends z.ZodRawShape, Body> {
  readonly exchange: Exchange;
  readonly query: z.output<z.ZodObject<Query>>;
  /** Undefined when the request has no body. */
  readonly body: Body | undefined;
}

/**
 * Makes an operation from its definition: it checks each request before it calls `handle`, and describes itself for
 * /openapi.json.
 */
export function operation<Query extends z.ZodRawShape = Record<string, never>, Body = never>(
  definition: Definition<Query, Body>,
): Operation {
  const { accept, body: schema, handle, queryNameOf, refusesForeignPages = false } = definition;
  const parseQuery = queryParser(definition.query ?? ({} as Query));
  return {
    refusesForeignPages,
    withoutHead: definition.withoutHead ?? false,
    description: describe(definition),
    async handle(exchange) {
      if (accept !== undefined) negotiateType(exchange.headers, accept);
      const query = parseQuery(exchange.query);
      const value = schema === undefined ? undefined : await readJson(exchange);
      const body = schema === undefined || value === undefined ? undefined : parseMembers(schema, value);
      try {
        return await handle({ exchange, query, body });
      } catch (error) {
        throw inRestNames(error, body === undefined ? 'query' : 'body', queryNameOf);
      }
    },
  };
}

function describe<Query extends z.ZodRawShape, Body>(definition: Definition<Query, Body>) {
  const { id, tag, summary, description, path, query, headers, body, refusesForeignPages } = definition;
  const problems: readonly ErrorCode[] = [
    ...COMMON_PROBLEMS,
    'BAD_USER_INPUT',
    'NOT_ACCEPTABLE',
    ...(refusesForeignPages === true ? (['FORBIDDEN'] as const) : []),
    ...(body === undefined ? [] : (['UNSUPPORTED_MEDIA_TYPE'] as const)),
    ...definition.problems,
  ];
  const notice = refusesForeignPages === true ? 'Refused to pages of other sites.' : undefined;
  const text = [description, notice].filter((sentence) => sentence !== undefined).join(' ');
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text === '' ? {} : { description: text }),
    requestParams: {
      ...(path && { path }),
      ...(query && { query: z.object(query) }),
      ...(headers && { header: z.object(headers) }),
    },
    ...(body && { requestBody: { content: { 'application/json': { schema: body } }, required: false } }),
    responses: answers(definition.answers, problems),
  };
}
