import { expect, test } from '@jest/globals';
import { parseRabbitUrl } from '../../src/adapters/rabbitmq/rabbitmq-address.js';

test.each([
  ['amqp://queue', ['queue:5672']],
  ['amqp://app:pa%2Fss@queue:5673/jobs', ['queue:5673']],
  ['amqps://app:pass@queue', ['queue:5671']],
  ['amqp://app:pass@a:5672,b:5673,c/jobs', ['a:5672', 'b:5673', 'c:5672']],
  ['amqps://app:pass@10.0.0.1,10.0.0.2:5700?heartbeat=5', ['10.0.0.1:5671', '10.0.0.2:5700']],
])('%s', (url, hosts) => {
  expect(parseRabbitUrl(url).hosts).toEqual(hosts);
});

test('keeps the account, the virtual host and the parameters for all hosts', () => {
  expect(parseRabbitUrl('amqp://app:p%40ss@a:5672,b:5673/jobs?heartbeat=5').url).toBe(
    'amqp://app:p%40ss@a:5672/jobs?heartbeat=5',
  );
});

test.each([
  ['amqp://queue', 10],
  ['amqp://localhost,queue', 10],
  ['amqp://localhost:5672,127.0.0.2', 1],
  ['amqp://[::1]', 1],
])('the heartbeat of %s is %s s', (url, heartbeat) => {
  expect(parseRabbitUrl(url).heartbeat).toBe(heartbeat);
});

test('takes one IPv6 address', () => {
  expect(parseRabbitUrl('amqp://[::1]:5700').socket).toEqual({ host: '::1', port: 5700 });
});

test.each([
  ['amqp://app:secret@a:5672,,b/jobs', /cannot be read/],
  ['amqp://app:secret@a:5672,b:port/jobs', /cannot be read/],
  ['amqp://app:secret@a:5672,b:0/jobs', /cannot be read/],
  ['amqp://app:secret@a:5672, b/jobs', /cannot be read/],
  ['amqp://app:secret@', /cannot be read/],
  ['http://app:secret@a', /cannot be read/],
  ['amqp://app:secret@[::1]:5672,[::2]:5672', /no IPv6/],
])('refuses %s without repeating the password', (url, message) => {
  expect(() => parseRabbitUrl(url)).toThrow(message);
  expect(() => parseRabbitUrl(url)).not.toThrow(/secret/);
});
