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

/**
 * The maximum number of tokens of a document that is validated without waiting for a turn: that takes 0.7 ms at most,
 * less than most operations.
 */
const SMALL_TOKENS = 100;

export interface DocumentReaderDeps {
  readonly schema: GraphQLSchema;
  readonly parse: typeof parse;
  readonly validate: typeof validate;
}

/** The errors that keep a document from being executed. */
export interface DocumentErrors {
  readonly errors: readonly GraphQLError[];
  readonly code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED';
}

/** Parses and validates documents. A text whose document is cached is not parsed again. */
export class DocumentReader {
  readonly #deps: DocumentReaderDeps;
  readonly #documents = new DocumentCache();
  readonly #turns = new DocumentTurns();

  constructor(deps: DocumentReaderDeps) {
    this.#deps = deps;
  }

  /** The cached document of a text. Only valid documents are cached. */
  find(text: string): DocumentNode | undefined {
    return this.#documents.find(text);
  }

  /**
   * A large document waits until `DocumentTurns` lets its validation start. Rejects with the reason of the caller's
   * signal if the client disconnects while the document waits.
   */
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
    // For each location of each error, GraphQL.js (16.15) counts the lines from the start of the text: 1 s for 100
    // errors after 90,000 line feeds. Without the text it counts none; `copyError` reads the lines from the tokens.
    source.body = '';
    const refusal = overlapRefusal(document);
    const errors = refusal === undefined ? validate(schema, document) : [refusal];
    if (errors.length > 0) return { errors, code: 'GRAPHQL_VALIDATION_FAILED' };
    this.#documents.add(text, document, tokens);
    return document;
  }
}
