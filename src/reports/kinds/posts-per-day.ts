import {
  before,
  count,
  countWords,
  defineReport,
  from,
  instant,
  int32,
  key,
  oneOf,
  text,
} from '../define-report.js';

export const postsPerDay = defineReport({
  name: 'posts-per-day',
  title: 'Posts per day',
  description: 'Posts and words written on each day, in UTC. A day without posts does not appear.',
  source: {
    table: 'posts',
    columns: { createdAt: instant('created_at'), context: text('context', { nullAs: '' }) },
  },
  filter: {
    createdFrom: from('created_at', 'Only posts created at or after this moment.'),
    createdTo: before('created_at', 'Only posts created before this moment.'),
    userIds: oneOf(int32('user_id'), { most: 1000 }, 'Only posts of these users.'),
  },
  columns: {
    day: key.day('The day, in UTC.'),
    totalPosts: count('Number of posts of the day.', { total: true }),
    totalWords: count('Number of words in the posts of the day.', { total: true }),
  },
  rows: { name: 'days', most: 5_000_000 },
  aggregate: (rows) => (batch) => {
    const days = rows.at(batch.createdAt);
    rows.totalPosts.add(days, 1);
    rows.totalWords.add(days, countWords(batch.context));
  },
});
