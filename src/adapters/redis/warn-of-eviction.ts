import type { Redis } from 'ioredis';
import type { Logger } from '../../jobs/ports/logger.js';

/** Warns once if Redis may evict keys, because a Redis with full memory would then drop jobs. */
export function warnOfEviction(client: Redis, logger: Logger): void {
  let warned = false;
  client.on('ready', () => {
    if (warned) return;
    client.info('memory').then(
      (info) => {
        const policy = /^maxmemory_policy:(.*)\r?$/m.exec(info)?.[1]?.trim();
        if (policy === undefined || policy === 'noeviction') return;
        warned = true;
        logger.warn(
          { policy },
          'Redis may throw jobs away when it is full: set its maxmemory-policy to noeviction',
        );
      },
      () => {}, // the connection broke, or the account may not use INFO
    );
  });
}
