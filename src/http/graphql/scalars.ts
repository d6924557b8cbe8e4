import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { BadInputError } from '../../reports/errors.js';
import { parseInstant } from '../../reports/parse-instant.js';

/**
 * DateTime of graphql-scalars, but parsed as strictly as dates in REST, and always written as
 * `YYYY-MM-DDTHH:mm:ss.sssZ`.
 */
const DateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTime.toConfig(),
  serialize: (value) => toInstant(value).toISOString(),
  parseValue: (value) => {
    if (typeof value !== 'string') throw new BadInputError([], NOT_TEXT);
    return toInstant(value);
  },
  parseLiteral: (node: ValueNode) => {
    if (node.kind !== Kind.STRING) throw new BadInputError([], NOT_TEXT);
    return toInstant(node.value);
  },
});

const NOT_TEXT = 'must be a string, such as "2026-01-31T00:00:00Z" (RFC 3339).';

function toInstant(value: unknown): Date {
  const instant = parseInstant([], value);
  if (instant === null) throw new BadInputError([], NOT_TEXT);
  return new Date(instant);
}

export const scalars = { DateTime, SafeInt: GraphQLSafeInt };
