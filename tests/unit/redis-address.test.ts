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
  ['redis://cache?family=6', { host: 'cache', port: 6379, db: 0, family: 6 }],
  [
    'rediss://cache?ssl_cert_reqs=none',
    { host: 'cache', port: 6379, db: 0, tls: { rejectUnauthorized: false } },
  ],
  [
    'redis+sentinel://app:secret@a,[::1]:26380/my%20master/2?sentinelPassword=other',
    {
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      name: 'my master',
      db: 2,
      username: 'app',
      password: 'secret',
      sentinelPassword: 'other',
      sentinelCommandTimeout: 900,
    },
  ],
  [
    'rediss+cluster://:secret@a:7000,b',
    {
      clusterNodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      db: 0,
      password: 'secret',
      tls: {},
    },
  ],
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
  'redis://host:0',
  'redis://host:99999',
  'redis://a,b',
  'redis://%zz@host',
  'redis://host?tls=true',
  'redis://host?family=5',
  'redis+sentinel://host',
  'redis+sentinel:///mymaster',
  'redis+cluster://host/1',
  'redis+other://host',
  '',
])('refuses %j', (url) => {
  expect(() => parseRedisUrl(url)).toThrow();
});
