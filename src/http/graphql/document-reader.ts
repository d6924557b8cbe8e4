import {
  GraphQLError,
  Source,
  type DocumentNode,
  type GraphQLSchema,
  type parse,
  type validate,
} from 'graphql';
import { countTokens } from './document-bounds.js';
import { DocumentCache } from './document-cache.js';
import { DocumentTurns, type Caller } from './document-turns.js';
import { overlapRefusal } from './overlap-bound.js';

/** Documents up to this size are validated at once: it takes less time than most operations, 0.7 ms at most. */
const SMALL_TOKENS = 100;

export interface DocumentReaderDeps {
  readonly schema: GraphQLSchema;
  readonly parse: typeof parse;
  readonly validate: typeof validate;
}

/** Why a document is not executed. */
export interface DocumentErrors {
  readonly errors: readonly GraphQLError[];
  readonly code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED';
}

/** Parses and validates documents, each text once as long as the cache keeps it. */
export class DocumentReader {
  readonly #deps: DocumentReaderDeps;
  readonly #documents = new DocumentCache();
  readonly #turns = new DocumentTurns();

  constructor(deps: DocumentReaderDeps) {
    this.#deps = deps;
  }

  /** A document that was valid before. */
  find(text: string): DocumentNode | undefined {
    return this.#documents.find(text);
  }

  /** Large documents wait for their turn. Rejects with the signal's reason when the caller has gone before it. */
  async read(text: string, caller: Caller): Promise<DocumentNode | DocumentErrors> {
    try {
      const tokens = countTokens(text);
      if (tokens <= SMALL_TOKENS) return this.#validate(text, tokens);
      return await this.#turns.take(caller, () => this.#documents.find(text) ?? this.#validate(text, tokens));
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [error], code: 'GRAPHQL_PARSE_FAILED' };
      throw error;
    }
  }

  #validate(text: string, tokens: number): DocumentNode | DocumentErrors {
    const { schema, parse, validate } = this.#deps;
    const source = new Source(text);
    const document = parse(source);
    // GraphQL.js (16.15) looks for the line of each location of each error by going through the text: a second for 100
    // errors below 90,000 line feeds. `copyError` takes the lines from the tokens.
    source.body = '';
    const refusal = overlapRefusal(document);
    const errors = refusal === undefined ? validate(schema, document) : [refusal];
    if (errors.length > 0) return { errors, code: 'GRAPHQL_VALIDATION_FAILED' };
    this.#documents.add(text, document, tokens);
    return document;
  }
}
