import { expect, test } from '@jest/globals';
import { whyUnsupported } from '../../src/adapters/mysql/why-unsupported.js';

test.each([
  '10.6.0-MariaDB',
  '10.11.19-MariaDB-0+deb12u1-log',
  '11.8.2-MariaDB',
  '8.0.46',
  '8.4.5-log',
  '9.7.4',
  '',
])('the service works on %s', (version) => {
  expect(whyUnsupported(version)).toBeUndefined();
});

test.each([
  ['8.0.11-TiDB-v8.1.0', 'TiDB (8.0.11-TiDB-v8.1.0), which is not supported'],
  ['8.0.30-Vitess', 'Vitess'],
  ['5.7.44-log', 'MySQL 5.7.44-log, which is too old: the service needs 8.0 or newer'],
  ['10.5.29-MariaDB', 'MariaDB 10.5.29-MariaDB, which is too old: the service needs 10.6 or newer'],
])('%s is refused', (version, why) => {
  expect(whyUnsupported(version)).toContain(why);
});
