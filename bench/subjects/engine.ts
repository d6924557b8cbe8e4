import { createRowSource } from '../../src/adapters/mysql/mysql-row-source.js';
import { parseFilter } from '../../src/reports/canonical-filter.js';
import { generateReport } from '../../src/reports/generate-report.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { postsPerDay } from '../../src/reports/kinds/posts-per-day.js';
import type { ReportDefinition } from '../../src/reports/report-definition.js';
import { figureOf, type ReportTable } from '../../src/reports/report-table.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

/** The service's own engine, as a report thread runs it. */
export const countWithEngine = engineOf(posts);
export const countDaysWithEngine = engineOf(postsPerDay);

/** Returns a function that makes the report over all rows of its source. */
export function reporter(report: ReportDefinition): () => Promise<ReportTable> {
  const source = createRowSource({ sourceUrl: databaseUrl(), databaseUrl: databaseUrl() });
  const everything = parseFilter(report.filter, null);
  return async () => {
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    return (await generateReport(report, source, everything, options)).table;
  };
}

/** Yields the key and the number of words of each row. */
export function* keysAndWords(table: ReportTable) {
  const words = figureOf(
    table,
    table.columns.findIndex(({ name }) => name === 'totalWords'),
  );
  for (const [row, key] of (table.keys as Int32Array).entries()) yield [key, words[row] ?? 0] as const;
}

function engineOf(report: ReportDefinition): StartContestant {
  return async () => {
    const generate = reporter(report);
    return async () => {
      const startedAt = performance.now();
      const table = await generate();
      const reportMs = performance.now() - startedAt;
      return { answer: digest(keysAndWords(table)), figures: { reportMs } };
    };
  };
}
