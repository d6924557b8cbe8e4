import { GraphQLError, type ASTNode, type SourceLocation } from 'graphql';

/** The maximum number of an error's locations in the document. */
const MAX_LOCATIONS = 10;

/**
 * A copy of an error with its path and locations, but another message. The locations are computed from the parser's
 * tokens, because `DocumentReader` drops the document's text.
 */
export function copyError(
  error: unknown,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLError {
  const { nodes, locations, path } = error instanceof GraphQLError ? error : ({} as Partial<GraphQLError>);
  const copy = new GraphQLError(message, { path: path ?? null, extensions });
  return Object.assign(copy, {
    locations: (nodes?.flatMap(locationOf) ?? locations)?.slice(0, MAX_LOCATIONS),
  });
}

function locationOf({ loc }: ASTNode): readonly SourceLocation[] {
  return loc === undefined ? [] : [{ line: loc.startToken.line, column: loc.startToken.column }];
}
