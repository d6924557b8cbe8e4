import type { ReadOptions, RowQuery, RowSource } from '../../src/reports/ports/row-source.js';
import type { RowBatch } from '../../src/reports/row-batch.js';
import type { TextColumn } from '../../src/reports/text-column.js';

export const AS_OF = new Date('2026-01-01T00:00:00Z');

/** A column of texts, or of bytes that need not be UTF-8. */
export function textColumn(texts: readonly (string | Uint8Array)[]): TextColumn {
  const parts = texts.map((text) => Buffer.from(text as string));
  const ends = new Uint32Array(parts.length);
  let at = 0;
  for (const [index, { length }] of parts.entries()) ends[index] = at += length;
  return {
    bytes: Buffer.concat(parts),
    starts: ends.map((end, index) => end - (parts[index]?.length ?? 0)),
    ends,
  };
}

/** A source that delivers these batches. `queries` lists the queries that the source has received. */
export function sourceOf(batches: readonly RowBatch[]): RowSource & { readonly queries: RowQuery[] } {
  const queries: RowQuery[] = [];
  return {
    queries,
    async read(query: RowQuery, { onStart, onBatch }: ReadOptions) {
      queries.push(query);
      onStart({ asOf: AS_OF, estimatedRows: null });
      for (const batch of batches) onBatch(batch);
    },
  };
}
