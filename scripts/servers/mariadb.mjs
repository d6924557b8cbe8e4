/** Runs a private MariaDB server, or MySQL if only MySQL is installed (tried with 8.0 and 9.7). */
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runToEnd } from '../run-to-end.mjs';
import { loadSettings, runServer, saveSettings, writeWhole } from './private-server.mjs';
import { findProgram } from './programs.mjs';
import { userName } from './system-user.mjs';

/** Database in the server's URLs. The account `owner` may also create databases whose names begin with this name. */
const DATABASE = 'posts_report';

/**
 * @param {import('./private-server.mjs').ServerOptions} options
 * @returns {Promise<import('./private-server.mjs').PrivateServer>}
 */
export async function startMariaDb({
  dir,
  port: wantedPort,
  log,
  program,
  bufferPoolMb = 256,
  options = [],
  emptyData,
  durable = true,
}) {
  const server = program ?? (await findProgram('mariadb', { log }));
  const home = join(dir, 'mariadb');
  const settings = await loadSettings(home, wantedPort);
  const data = join(home, 'data');
  const logFile = join(home, 'mariadb.log');
  const common = commonOptions(server, home, data);

  if (!existsSync(data)) {
    log?.(`making a database folder for ${server.title}`);
    if (emptyData !== undefined) await copyDataFolder(server, { from: emptyData, home });
    else await makeDataFolder(server, home);
    settings.madeBy = series(server.title);
    saveSettings(home, settings);
  }
  if (settings.madeBy !== undefined && settings.madeBy !== series(server.title))
    throw new Error(
      `The data in ${home} was made by ${settings.madeBy}, and the program found here is ${server.title}.\n` +
        `Install ${settings.madeBy} again, or remove that folder: the next start fills a new one with posts.`,
    );

  const accountsFile = join(home, 'accounts.sql');
  writeWhole(accountsFile, accountsSql(settings).join('\n'));
  const address = `127.0.0.1:${settings.port}/${DATABASE}`;

  return runServer({
    name: server.title,
    dir: home,
    url: `mysql://owner:${settings.ownerPassword}@${address}`,
    appUrl: `mysql://app:${settings.password}@${address}`,
    port: settings.port,
    logFile,
    launch: () => ({
      command: server.path,
      args: [
        ...common,
        '--bind-address=127.0.0.1',
        `--port=${settings.port}`,
        // The path is relative, because an absolute path may exceed the limit of 107 bytes for a socket's path.
        '--socket=m.sock',
        '--pid-file=m.pid',
        `--log-error=${logFile}`,
        `--init-file=${accountsFile}`,
        '--skip-name-resolve',
        '--max-connections=300',
        // Allows posts that are longer than MariaDB's default limit of 16 MB.
        '--max-allowed-packet=64M',
        `--innodb-buffer-pool-size=${bufferPoolMb}M`,
        `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`,
        '--performance-schema=OFF',
        '--character-set-server=utf8mb4',
        '--collation-server=utf8mb4_unicode_ci',
        ...(isMariaDb(server)
          ? ['--innodb-log-file-size=32M']
          : ['--mysqlx=OFF', '--skip-log-bin', '--secure-file-priv=NULL']),
        ...options,
      ],
      env: server.env,
      cwd: home,
    }),
    // MySQL's first packet has a header of 4 bytes, followed by the protocol version, which is 10.
    isReady: (answer) => answer.charCodeAt(4) === 10,
  });
}

/**
 * @param {import('./programs.mjs').Program} server
 * @param {string} home
 * @param {string} data
 */
function commonOptions(server, home, data) {
  const tmp = join(home, 'tmp');
  mkdirSync(tmp, { recursive: true, mode: 0o700 });
  const base = dirname(dirname(realpathSync(server.path)));
  const share = shareFolder(server);
  const plugins = ['lib/mysql/plugin', 'lib/mariadb/plugin', 'lib/plugin', 'lib64/mariadb/plugin']
    .map((folder) => join(base, folder))
    .find((folder) => existsSync(folder));
  return [
    '--no-defaults', // must be the first option
    `--basedir=${base}`,
    ...(share ? [`--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`] : []),
    ...(plugins ? [`--plugin-dir=${plugins}`] : []),
    `--datadir=${data}`,
    `--tmpdir=${tmp}`,
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

/**
 * @param {import('./programs.mjs').Program} server
 * @param {{ from: string, home: string }} folders
 */
async function copyDataFolder(server, { from, home }) {
  const data = join(from, 'data');
  if (!existsSync(data)) {
    mkdirSync(from, { recursive: true, mode: 0o700 });
    await makeDataFolder(server, from);
  }
  // MySQL stores the server's UUID in auto.cnf. A copy gets its own UUID, because a replica must not share the UUID of
  // its primary.
  const filter = (/** @type {string} */ path) => basename(path) !== 'auto.cnf';
  cpSync(data, join(home, 'data'), { recursive: true, filter });
}

/**
 * Creates the data in a temporary folder and then renames this folder, so that the data folder is complete or absent.
 * @param {import('./programs.mjs').Program} server
 * @param {string} home
 */
async function makeDataFolder(server, home) {
  const draft = join(home, 'data.tmp');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const common = commonOptions(server, home, draft);
  // Saves half a second. A crash cannot leave damaged data, because the next start deletes an unfinished folder.
  const fasterOptions = ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0'];
  if (isMariaDb(server)) {
    const bootstrap = [
      '--bootstrap',
      '--log-warnings=0',
      '--enforce-storage-engine=',
      '--innodb-log-file-size=32M',
    ];
    const sizes = ['--max_allowed_packet=8M', '--net_buffer_length=16K'];
    await runToEnd(server.path, [...common, ...bootstrap, ...sizes, ...fasterOptions], {
      env: server.env,
      input: bootstrapSql(server),
    });
  } else {
    await runToEnd(server.path, [...common, '--initialize-insecure', ...fasterOptions], { env: server.env });
  }
  renameSync(draft, join(home, 'data'));
}

/**
 * Returns the statements with which mariadb-install-db creates the system tables. The script itself is not used,
 * because it is in another package. With @auth_root_socket, root can log in only through the socket, and no account is
 * without a password.
 * @param {import('./programs.mjs').Program} server
 */
function bootstrapSql(server) {
  const share = shareFolder(server);
  if (!share) throw new Error(`The SQL files that belong to ${server.path} are not where they are expected.`);
  const files = ['system_tables', 'performance_tables', 'system_tables_data'].map((name) => {
    const path = ['mysql', 'mariadb'].map((brand) => join(share, `${brand}_${name}.sql`)).find(existsSync);
    if (!path) throw new Error(`${share} has no file with the ${name} of ${server.title}.`);
    return readFileSync(path, 'utf8');
  });
  const spatial = join(share, 'maria_add_gis_sp_bootstrap.sql');
  return [
    'CREATE DATABASE IF NOT EXISTS mysql;',
    'USE mysql;',
    `SET @auth_root_socket='${userName().replaceAll("'", "''")}';`,
    ...files,
    existsSync(spatial) ? readFileSync(spatial, 'utf8') : '',
  ].join('\n');
}

/**
 * Returns the statements that create the accounts, one for each line of the file. The server runs the file at each
 * start, before it accepts connections, so that data from an older version of this code get the accounts too. In such
 * data, `app` has all rights until the server has run the file.
 * @param {import('./private-server.mjs').ServerSettings} settings The passwords are base64url, so that they contain no
 *   characters to escape.
 */
function accountsSql({ password, ownerPassword }) {
  // The server resolves no names, so that a TCP client is app@'127.0.0.1' and not app@localhost.
  const [app, owner] = ["app@'127.0.0.1'", "owner@'127.0.0.1'"];
  const database = DATABASE.replaceAll('_', '\\_');
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;`,
    `CREATE USER IF NOT EXISTS ${owner} IDENTIFIED BY '${ownerPassword}';`,
    `GRANT ALL ON \`${database}%\`.* TO ${owner};`,
    `CREATE USER IF NOT EXISTS ${app} IDENTIFIED BY '${password}';`,
    `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${app};`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.* TO ${app};`,
  ];
}

/**
 * @param {import('./programs.mjs').Program} server
 * @returns {string | undefined}
 */
function shareFolder(server) {
  const base = dirname(dirname(realpathSync(server.path)));
  return ['share/mysql', 'share/mariadb', 'share']
    .map((folder) => join(base, folder))
    .find((folder) => existsSync(join(folder, 'charsets')));
}

/** @param {import('./programs.mjs').Program} server */
function isMariaDb(server) {
  return server.title.startsWith('MariaDB');
}

/**
 * The release series of a program: `MariaDB 10.11` for `MariaDB 10.11.19`. Only a program of the series that created a
 * data folder may open the folder.
 * @param {string} title
 */
function series(title) {
  return title.split('.').slice(0, 2).join('.');
}
