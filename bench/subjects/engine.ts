import { createPostSource } from '../../src/adapters/mysql/mysql-post-source.js';
import { postsReport } from '../../src/reports/kinds/posts-report.js';
import { databaseUrl, digest, type StartContestant } from '../contestant-module.js';

/** The service's own engine, as a report thread runs it. */
export const countWithEngine: StartContestant = async () => {
  const source = createPostSource(databaseUrl());
  const everything = postsReport.parseFilter(null);
  return async () => {
    const options = { signal: new AbortController().signal, onProgress: () => {} };
    const { table } = await postsReport.generate(source, everything, options);
    return digest(pairs(table));
  };
};

function* pairs({ userIds, totalWords }: { userIds: Int32Array; totalWords: Float64Array }) {
  for (const [index, userId] of userIds.entries()) yield [userId, totalWords[index] ?? 0] as const;
}
