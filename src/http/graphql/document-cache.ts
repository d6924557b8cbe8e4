import type { DocumentNode } from 'graphql';

/** The maximum heap of the cached documents, as estimated with the two constants below. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Estimated heap of one parsed token: 275 to 490 bytes were measured (graphql 16.15, Node 20). */
const BYTES_PER_TOKEN = 500;
/** Estimated heap of one character of the text, which is both the key and part of the document. */
const BYTES_PER_CHARACTER = 2;

/** Valid parsed documents by their text. The least recently used document is evicted first. */
export class DocumentCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Estimated heap of all cached documents. */
  get bytes(): number {
    return this.#bytes;
  }

  find(text: string): DocumentNode | undefined {
    const entry = this.#entries.get(text);
    if (entry === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, entry);
    return entry.document;
  }

  add(text: string, document: DocumentNode, tokens: number): void {
    const bytes = text.length * BYTES_PER_CHARACTER + tokens * BYTES_PER_TOKEN;
    this.#entries.set(text, { document, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}

interface Entry {
  readonly document: DocumentNode;
  readonly bytes: number;
}
