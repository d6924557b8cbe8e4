/**
 * Opens a connection with the service's own settings; the URL may name a socket, TLS, or a host in brackets.
 * @param {string} databaseUrl
 * @returns {Promise<import('mysql2/promise').Connection>}
 */
export async function connectDatabase(databaseUrl) {
  const { createConnection } = await import('mysql2/promise');
  const { connectionSettings } = await importAdapter('connection-settings');
  const { prepareScriptSession } = await importAdapter('prepare-session');
  const connection = await createConnection(connectionSettings(databaseUrl));
  try {
    await prepareScriptSession(underlying(connection));
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/**
 * The connection inside mysql2's promise wrapper. The types of mysql2 do not declare it.
 * @param {import('mysql2/promise').Connection} connection
 * @returns {import('mysql2').Connection}
 */
function underlying(connection) {
  return /** @type {{ connection: import('mysql2').Connection }} */ (/** @type {unknown} */ (connection))
    .connection;
}

/**
 * Whether the server responded, but refuses the account or is an unsupported server, so that waiting does not help.
 * @param {unknown} error
 * @returns {Promise<boolean>}
 */
export async function isRefused(error) {
  const { refusedAddress } = await importAdapter('refused-address');
  return refusedAddress(error, 'DATABASE_URL') !== undefined;
}

/** @param {string} name A module in `src/adapters/mysql`, which tsx compiles. */
async function importAdapter(name) {
  const { tsImport } = await import('tsx/esm/api');
  return await tsImport(`../src/adapters/mysql/${name}.ts`, import.meta.url);
}
