import { createPostSource } from '../../src/adapters/mysql/mysql-post-source.js';
import { postsReport } from '../../src/reports/kinds/posts-report.js';
import type { ReportTable } from '../../src/reports/report.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

/** The service's own engine, as a report thread runs it. */
export const countWithEngine: StartContestant = async () => {
  const source = createPostSource(databaseUrl());
  const everything = postsReport.parseFilter(null);
  return async () => {
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    const startedAt = performance.now();
    const { table } = await postsReport.generate(source, everything, options);
    const reportMs = performance.now() - startedAt;
    return { answer: digest(usersAndWords(table)), figures: { reportMs } };
  };
};

export function* usersAndWords({ userIds, totalWords }: Pick<ReportTable, 'userIds' | 'totalWords'>) {
  for (const [index, userId] of userIds.entries()) yield [userId, totalWords[index] ?? 0] as const;
}
