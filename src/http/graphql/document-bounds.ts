import { GraphQLError, Lexer, Source, TokenKind, type Token } from 'graphql';

/** The maximum number of tokens. The largest introspection query has about 300. */
const MAX_TOKENS = 3000;
/**
 * The maximum depth of nested selections, in which parser, rules and executor recurse. The introspection query has 13
 * levels.
 */
const MAX_DEPTH = 100;
/**
 * The maximum length of a name in characters. Error messages and paths repeat names, and a response repeats a field's
 * name for each value.
 */
const MAX_NAME_LENGTH = 256;

/**
 * Counts the tokens of a document, and checks its size before the parser recurses into it.
 *
 * @throws GraphQLError for a document that is too large, or that has a character which GraphQL does not allow
 */
export function countTokens(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  let depth = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    count += 1;
    if (count > MAX_TOKENS) throw refusal(lexer, token, `has more than ${MAX_TOKENS} tokens`);
    depth += OPENING.has(token.kind) ? 1 : CLOSING.has(token.kind) ? -1 : 0;
    if (depth > MAX_DEPTH) throw refusal(lexer, token, `is nested more than ${MAX_DEPTH} levels deep`);
    if (token.kind === TokenKind.NAME && token.value.length > MAX_NAME_LENGTH)
      throw refusal(lexer, token, `has a name of more than ${MAX_NAME_LENGTH} characters`);
  }
  return count;
}

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

function refusal({ source }: Lexer, { start }: Token, what: string): GraphQLError {
  return new GraphQLError(`Syntax Error: The document ${what}.`, { source, positions: [start] });
}
