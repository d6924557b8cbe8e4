/**
 * A connection as the service itself opens one, to an address that may name a socket, TLS, or a host in brackets.
 * @param {string} databaseUrl
 * @returns {Promise<import('mysql2/promise').Connection>}
 */
export async function connectDatabase(databaseUrl) {
  const { createConnection } = await import('mysql2/promise');
  const { tsImport } = await import('tsx/esm/api');
  const settings = '../src/adapters/mysql/connection-settings.ts';
  const { connectionSettings } = await tsImport(settings, import.meta.url);
  return await createConnection(connectionSettings(databaseUrl));
}
