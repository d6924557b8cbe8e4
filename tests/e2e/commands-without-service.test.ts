import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { findServiceUrls } from '../../scripts/service-urls.mjs';
import { createCheckout, type Checkout } from '../support/checkout.js';

describe('while no service runs in the checkout', () => {
  let checkout: Checkout;
  let local: string;
  beforeAll(async () => {
    checkout = await createCheckout();
    local = join(checkout.dir, '.local');
  });
  afterAll(() => checkout.remove());

  test('there are two ways to a database, and the error names both', () => {
    expect(() => findServiceUrls({ DATABASE_URL: '' }, local)).toThrow(/npm start.*DATABASE_URL=mysql:/);
  });

  test('URLs of the environment are taken as they are', () => {
    const env = { DATABASE_URL: 'mysql://a@b/c', BROKER_URL: '', REDIS_URL: 'redis://d' };
    expect(findServiceUrls(env, local)).toEqual({ databaseUrl: 'mysql://a@b/c', brokerUrl: 'redis://d' });
    expect(findServiceUrls({ ...env, BROKER_URL: 'amqp://e' }, local).brokerUrl).toBe('amqp://e');
  });

  test('what a killed service left behind does not count', () => {
    const dead = { process: { pid: process.pid, started: 'another time' }, databaseUrl: 'mysql://a@b/c' };
    mkdirSync(local, { recursive: true });
    writeFileSync(join(local, 'service.json'), JSON.stringify(dead));
    expect(() => findServiceUrls({}, local)).toThrow(/no service runs/);
  });

  test.each([
    ['npm', 'run', '--silent', 'db:migrate'],
    ['npm', 'run', '--silent', 'worker'],
    ['npm', 'run', '--silent', 'api'],
  ])('%s %s %s %s says so in one line', async (command, ...args) => {
    const started = checkout.run(command, args);
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/^DATABASE_URL is not set, and no service runs .*npm start.*\n$/);
  });

  test.each(['?ssl=true', '?socketPath=%2Fnowhere%2Fm.sock'])(
    'a command connects by an address with %s as the service does',
    async (parameters) => {
      const DATABASE_URL = `mysql://app:secret@127.0.0.1:${await findFreePort()}/posts${parameters}`;
      const truncate = checkout.run('npm', ['run', '--silent', 'db:truncate'], { DATABASE_URL });
      expect(await truncate.ended).toBe(1);
      expect(truncate.output()).toMatch(/^connect E\S+ .*\n$/); // no server listens there
    },
  );

  test('a bare npx knex says so too, and commands work from a folder below', async () => {
    const knex = checkout.run('npx', ['knex', 'migrate:latest']);
    expect(await knex.ended).toBe(1);
    expect(knex.output()).toContain('no service runs in this folder');
    const below = checkout.run('sh', ['-c', 'cd src && npx knex --version && npm run --silent build']);
    expect(await below.ended).toBe(0);
  });
});
