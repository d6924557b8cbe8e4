import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startMariaDb } from '../../scripts/servers/mariadb.mjs';
import { findProgram, findPrograms } from '../../scripts/servers/programs.mjs';
import { startRedis } from '../../scripts/servers/redis.mjs';

const DPKG_STATUS = '/var/lib/dpkg/status';
const describeOnDebian = existsSync(DPKG_STATUS) ? describe : describe.skip;
/** The timeout is long because the package lists alone are 10 MB. */
const DOWNLOAD_TIMEOUT_MS = 240_000;

describeOnDebian('with an empty cache, and with the servers that are installed out of sight', () => {
  const home = mkdtempSync(join(tmpdir(), 'posts-report-cache-'));
  const cache = join(home, 'cache');
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test(
    'the servers are downloaded once, and work',
    async () => {
      const messages: string[] = [];
      const search = {
        cache,
        installed: false,
        // apt does not download a package that it considers installed.
        packageStatus: readFileSync(DPKG_STATUS, 'utf8') + installedServers(),
        log: (message: string) => messages.push(message),
      };
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
      expect(readdirSync(cache).filter((name) => /download|lock/.test(name))).toEqual([]);
    },
    DOWNLOAD_TIMEOUT_MS,
  );

  test(
    'a damaged download is repeated',
    async () => {
      const { path } = await findProgram('redis', { cache, installed: false });
      truncateSync(path, 1000);
      const again = await findProgram('redis', { cache, installed: false });
      expect(again.title).toMatch(/^(Redis|Valkey) \d/);
    },
    DOWNLOAD_TIMEOUT_MS,
  );

  test(
    'two processes that want the same at the same time download it once',
    async () => {
      const messages: string[] = [];
      const log = (message: string) => messages.push(message);
      const search = { cache: join(home, 'second'), installed: false, log };
      await Promise.all([findProgram('redis', search), findProgram('redis', search)]);
      expect(messages.filter((message) => message.includes('downloading the package redis'))).toHaveLength(1);
    },
    DOWNLOAD_TIMEOUT_MS,
  );
});

/**
 * dpkg's records of installed servers. Their version is higher than any real one, they are on hold, and an installed
 * application depends on them.
 */
function installedServers(): string {
  const stanza = (name: string, relations: string) =>
    [
      `Package: ${name}`,
      'Status: hold ok installed',
      'Priority: optional',
      'Section: database',
      'Maintainer: nobody <nobody@localhost>',
      'Architecture: all',
      'Version: 99:1',
      relations,
      'Description: a server',
      '',
      '',
    ].join('\n');
  return [
    stanza('mariadb-server-core', 'Conflicts: mysql-server-core'),
    stanza('redis-server', 'Depends: redis-tools (= 99:1)'),
    stanza('redis-tools', 'Conflicts: valkey-tools'),
    stanza('some-application', 'Depends: mariadb-server-core (= 99:1), redis-server (= 99:1)'),
  ].join('');
}
