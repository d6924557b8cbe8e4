import type { CanonicalFilter } from '../report.js';
import type { PostSource } from '../ports/post-source.js';
import type { Report } from '../report.js';

/** What a report is. Another kind of report is another file like `posts-report.ts` and a line in `index.ts`. */
export interface ReportKind {
  readonly name: string;
  /**
   * Checks what a caller wrote (camelCase names; absent and null mean no condition) and returns its canonical form:
   * equal filters give equal objects with keys in one order, made of JSON values only.
   *
   * @throws BadInputError naming the member that is wrong
   */
  readonly parseFilter: (input: unknown) => CanonicalFilter;
  readonly generate: (
    source: PostSource,
    filter: CanonicalFilter,
    options: GenerateOptions,
  ) => Promise<Report>;
}

export interface GenerateOptions {
  /** Aborts the query in the server; `generate` then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called often and synchronously; must be cheap. */
  readonly onProgress: (progress: GenerateProgress) => void;
}

export interface GenerateProgress {
  readonly processedPosts: number;
  /** The optimiser's estimate, null when it gave none. */
  readonly estimatedPosts: number | null;
}
