import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { findProgram, findPrograms } from '../../scripts/servers/programs.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';

const isDebian = existsSync('/var/lib/dpkg/status');

(isDebian ? describe : describe.skip)(
  'on Debian and Ubuntu, with an empty cache and no server installed',
  () => {
    const home = mkdtempSync(join(tmpdir(), 'posts-report-cache-'));
    const cache = join(home, 'cache');
    afterAll(() => rmSync(home, { recursive: true, force: true }));

    test('the servers are downloaded once, and work', async () => {
      const messages: string[] = [];
      const search = { cache, installed: false, log: (message: string) => messages.push(message) };
      const { mariadb, redis } = await findPrograms(['mariadb', 'redis'], search);
      if (!mariadb || !redis) throw new Error('not found');
      expect(mariadb.path.startsWith(cache)).toBe(true);
      expect(messages.some((message) => message.includes('downloading'))).toBe(true);

      const servers = await Promise.all([
        startMariaDb({ dir: home, program: mariadb, durable: false }),
        startRedis({ dir: home, program: redis, durable: false }),
      ]);
      await Promise.all(servers.map((server) => server.stop()));

      messages.length = 0;
      await findPrograms(['mariadb', 'redis'], search);
      expect(messages).toEqual([]);
      expect(readdirSync(cache).filter((name) => /download|tmp|lock/.test(name))).toEqual([]);
    }, 240_000);

    test('what is damaged is downloaded again', async () => {
      const { path } = await findProgram('redis', { cache, installed: false });
      truncateSync(path, 1000);
      const again = await findProgram('redis', { cache, installed: false });
      expect(again.title).toMatch(/^(Redis|Valkey) \d/);
    }, 240_000);

    test('two who want the same at the same time download it once', async () => {
      const messages: string[] = [];
      const search = {
        cache: join(home, 'second'),
        installed: false,
        log: (message: string) => messages.push(message),
      };
      await Promise.all([findProgram('redis', search), findProgram('redis', search)]);
      expect(messages.filter((message) => message.includes('downloading the package redis'))).toHaveLength(1);
    }, 240_000);
  },
);
