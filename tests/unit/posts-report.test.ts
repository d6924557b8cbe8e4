import { describe, expect, test } from '@jest/globals';
import { postsReport } from '../../src/reports/kinds/posts-report.js';
import type { PostBatch, PostSource } from '../../src/reports/ports/post-source.js';

const AS_OF = new Date('2026-01-01T00:00:00Z');
const NOBODY_STOPS = { signal: new AbortController().signal, onProgress: () => {} };

describe('the posts report', () => {
  test('sums words and posts per user, by ascending user id', async () => {
    const source = sourceOf(
      [[batch([7, 'a b c'], [-3, 'x']), batch([7, ''], [2_147_483_647, ' \u00a0 '])]].flat(),
    );
    const { table, summary } = await postsReport.generate(
      source,
      postsReport.parseFilter(null),
      NOBODY_STOPS,
    );
    expect([...table.userIds]).toEqual([-3, 7, 2_147_483_647]);
    expect([...table.totalWords]).toEqual([1, 3, 0]);
    expect([...table.totalPosts]).toEqual([1, 2, 1]);
    expect(summary).toMatchObject({ totalUsers: 3, totalPosts: 4, totalWords: 4, asOf: AS_OF });
  });

  test('grows with the number of users', async () => {
    const posts = Array.from({ length: 5000 }, (_, user): [number, string] => [
      5000 - user,
      'w '.repeat(user % 4),
    ]);
    const { table } = await postsReport.generate(
      sourceOf([batch(...posts)]),
      postsReport.parseFilter({}),
      NOBODY_STOPS,
    );
    expect(table.userIds).toHaveLength(5000);
    expect([table.userIds[0], table.userIds[4999]]).toEqual([1, 5000]);
    expect(table.totalWords[0]).toBe(4999 % 4);
  });

  test('reports how many posts it has seen', async () => {
    const seen: number[] = [];
    await postsReport.generate(
      sourceOf([batch([1, 'a']), batch([1, 'b'], [2, 'c'])]),
      postsReport.parseFilter({}),
      {
        ...NOBODY_STOPS,
        onProgress: ({ processedPosts }) => seen.push(processedPosts),
      },
    );
    expect(seen).toEqual([0, 1, 3]);
  });

  test('takes equal filters for one', () => {
    const one = postsReport.parseFilter({ userIds: [3, 1, 3, -0], createdFrom: '2026-01-01T01:00:00+01:00' });
    const two = postsReport.parseFilter({
      createdTo: null,
      createdFrom: new Date('2026-01-01'),
      userIds: [0, 1, 3],
    });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
  });

  test('takes absent, null and {} for no condition', () => {
    const none = { userIds: null, createdFrom: null, createdTo: null };
    for (const input of [undefined, null, {}]) expect(postsReport.parseFilter(input)).toEqual(none);
  });

  test.each([
    [{ userIds: [] }, 'filter.userIds must not be empty'],
    [{ userIds: Array.from({ length: 1001 }, (_, id) => id) }, 'filter.userIds may have at most 1000 ids'],
    [{ userIds: [1, 2.5] }, 'filter.userIds.1 must be a whole number'],
    [{ userIds: ['1'] }, 'filter.userIds.0 must be a whole number'],
    [{ userIds: [2 ** 31] }, 'filter.userIds.0 must be a whole number'],
    [{ userIds: 7 }, 'filter.userIds must be a list'],
    [{ createdFrom: 'now' }, 'filter.createdFrom must be a date-time'],
    [
      { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-02T00:00:00Z' },
      'filter.createdFrom must be before',
    ],
    [{ userId: 7 }, 'filter.userId is not known'],
    [[], 'filter must be an object'],
    ['all', 'filter must be an object'],
  ])('refuses %j', (input, message) => {
    expect(() => postsReport.parseFilter(input)).toThrow(message);
  });
});

function batch(...posts: readonly [number, string][]): PostBatch {
  const texts = posts.map(([, text]) => Buffer.from(text));
  const ends = Uint32Array.from(texts, (_, index) => Buffer.concat(texts.slice(0, index + 1)).length);
  return {
    count: posts.length,
    userIds: Int32Array.from(posts, ([userId]) => userId),
    text: Buffer.concat(texts),
    starts: ends.map((end, index) => end - (texts[index]?.length ?? 0)),
    ends,
  };
}

function sourceOf(batches: readonly PostBatch[]): PostSource {
  return {
    read: async (_conditions, { onStart, onBatch }) => {
      onStart({ asOf: AS_OF, estimatedPosts: null });
      for (const one of batches) onBatch(one);
    },
  };
}
