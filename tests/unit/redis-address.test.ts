import { expect, test } from '@jest/globals';
import { parseRedisUrl } from '../../src/adapters/redis/redis-address.js';

test.each([
  ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0 }],
  ['redis://cache:6380/2', { host: 'cache', port: 6380, db: 2 }],
  ['redis://cache?db=4', { host: 'cache', port: 6379, db: 4 }],
  ['redis://:pa%2Fss@cache/0', { host: 'cache', port: 6379, db: 0, password: 'pa/ss' }],
  [
    'redis://app:secret@[::1]:7000/1',
    { host: '::1', port: 7000, db: 1, username: 'app', password: 'secret' },
  ],
  ['rediss://cache', { host: 'cache', port: 6379, db: 0, tls: {} }],
])('%s', (url, options) => {
  expect(parseRedisUrl(url)).toEqual(options);
});

test.each([
  'http://127.0.0.1',
  'unix:///run/redis.sock',
  '127.0.0.1:6379',
  'redis://host:port',
  'redis://host/db',
  'redis://host/1/2',
  '',
])('refuses %j', (url) => {
  expect(() => parseRedisUrl(url)).toThrow();
});
