import { expect, test } from '@jest/globals';
import { withoutPasswords } from '../../src/jobs/without-passwords.js';

test.each([
  ['connect mysql://app:secret@db:3306/posts failed', 'connect mysql://app:***@db:3306/posts failed'],
  ['redis://:secret@cache:6379', 'redis://:***@cache:6379'],
  ['amqp://a:one@b:5672 amqps://c:two@d', 'amqp://a:***@b:5672 amqps://c:***@d'],
  ['mysql://app:se@cr@et@db/posts?mail=a@b', 'mysql://app:***@db/posts?mail=a@b'],
  ['http://127.0.0.1:4000/a@b', 'http://127.0.0.1:4000/a@b'],
  ['at file:///srv/app/index.js:12:34', 'at file:///srv/app/index.js:12:34'],
])('%s', (text, expected) => {
  expect(withoutPasswords(text)).toBe(expected);
});

test('a word of a million letters is read once', () => {
  const word = 'a'.repeat(1_000_000);
  expect(withoutPasswords(word)).toBe(word);
});
