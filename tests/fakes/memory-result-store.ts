import type { ResultOwner, ResultStore } from '../../src/jobs/ports/result-store.js';
import {
  rowAt,
  sortTable,
  type ReportRow,
  type ReportTable,
  type RowOrder,
} from '../../src/reports/report.js';
import type { MemoryJobStore } from './memory-job-store.js';

const ROWS_PER_SLICE = 1000;

/** Reads what a MemoryJobStore saved. */
export class MemoryResultStore implements ResultStore {
  readonly #tables: MemoryJobStore['tables'];

  constructor({ tables }: Pick<MemoryJobStore, 'tables'>) {
    this.#tables = tables;
  }

  async readRows(
    { id }: ResultOwner,
    order: RowOrder,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<readonly ReportRow[]> {
    const table = this.#tables.get(id);
    if (table === undefined) return [];
    const sorted = sortTable(table, order);
    const count = Math.max(0, Math.min(limit, sorted.userIds.length - offset));
    return Array.from({ length: count }, (_, index) => rowAt(sorted, offset + index));
  }

  async *streamRows({ id }: ResultOwner, order: RowOrder): AsyncGenerator<ReportTable> {
    const table = this.#tables.get(id);
    if (table === undefined) return;
    const sorted = sortTable(table, order);
    for (let start = 0; start < sorted.userIds.length; start += ROWS_PER_SLICE) {
      const end = start + ROWS_PER_SLICE;
      yield {
        userIds: sorted.userIds.slice(start, end),
        totalWords: sorted.totalWords.slice(start, end),
        totalPosts: sorted.totalPosts.slice(start, end),
      };
    }
  }
}
