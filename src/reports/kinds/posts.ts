import { count, countWords, defineReport, before, from, int32, key, oneOf, text } from '../define-report.js';

export const posts = defineReport({
  name: 'posts',
  title: 'Words per user',
  description:
    'Words written per user over all posts. A user whose posts hold no words appears with 0; one without posts does not appear.',
  source: { table: 'posts', columns: { userId: int32('user_id'), context: text('context', { nullAs: '' }) } },
  filter: {
    userIds: oneOf(int32('user_id'), { most: 1000 }, 'Only posts of these users.'),
    createdFrom: from('created_at', 'Only posts created at or after this moment.'),
    createdTo: before('created_at', 'Only posts created before this moment.'),
  },
  columns: {
    userId: key.int32("The user's id."),
    totalWords: count(
      'Number of words in all posts of the user. A word is a maximal run of characters that are not white space.',
      { total: true },
    ),
    totalPosts: count('Number of posts of the user.', { total: true, inFiles: false }),
  },
  rows: { name: 'users', most: 5_000_000 },
  aggregate: (rows) => (batch) => {
    const users = rows.at(batch.userId);
    rows.totalWords.add(users, countWords(batch.context));
    rows.totalPosts.add(users, 1);
  },
});
