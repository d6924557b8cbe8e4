import { GraphQLError, type ASTNode, type SourceLocation } from 'graphql';

/** The maximum number of an error's locations in the document. */
const MAX_LOCATIONS = 10;

/**
 * An error with the same path and locations. Locations are those of the parser's tokens, because the document has no
 * text any more; see `DocumentReader`.
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
