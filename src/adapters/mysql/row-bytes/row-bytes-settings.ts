import type { Knex } from 'knex';
import { connectionSettings } from '../connection-settings.js';
import { connectRowSocket, type Address } from './row-socket.js';

/** Connection settings with row sockets. A TLS connection gets its row socket later, by `interceptRows`. */
export function rowBytesSettings(url: string): Knex.MySql2ConnectionConfig {
  const settings = connectionSettings(url);
  if (settings.ssl !== undefined) return settings;
  const address: Address =
    settings.socketPath === undefined
      ? { host: settings.host ?? 'localhost', port: settings.port ?? 3306 }
      : { path: settings.socketPath };
  return { ...settings, stream: () => connectRowSocket(address) };
}
