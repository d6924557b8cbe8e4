import { describe, expect, test } from '@jest/globals';
import { ConnectionPool } from '../../src/adapters/mysql/connection-pool.js';
import { createTestDatabase } from '../support/database.js';
import { onTestEnd } from '../support/on-test-end.js';

describe('a pool of connections', () => {
  test('gives a connection to every waiting caller, also after the event loop was blocked', async () => {
    const database = await createTestDatabase();
    const pool = new ConnectionPool(database.url, 1);
    onTestEnd(async () => {
      await pool.close();
      await database.drop();
    });
    const ask = () => pool.run((session) => session.first(pool.knex.raw('SELECT 1 AS one')));
    await ask();

    const answers = Promise.all(Array.from({ length: 20 }, ask));
    await new Promise(setImmediate);
    const until = performance.now() + 1200;
    while (performance.now() < until);

    expect(await answers).toEqual(Array.from({ length: 20 }, () => ({ one: 1 })));
  });
});
