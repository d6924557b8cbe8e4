/** Finds the servers' programs: on this machine, in the cache of earlier downloads, or by downloading them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheRoot, fetchDebianPackages, unpackedFolder } from './debian-packages.mjs';

/** @typedef {'mariadb' | 'redis'} ServerKind */

/**
 * @typedef {object} Program
 * @property {string} path
 * @property {string} title What it calls itself: `MariaDB 10.11.19`.
 * @property {NodeJS.ProcessEnv} env What it has to run in. Meant for this program only: its libraries would upset others.
 */

/**
 * @typedef {object} Search
 * @property {((message: string) => void) | undefined} [log]
 * @property {string} [cache] Where downloads are kept.
 * @property {AbortSignal | undefined} [signal] Ends a download.
 * @property {boolean} [installed] False: as if nothing were installed on this machine. Default true.
 */

/**
 * @typedef {object} Kind
 * @property {string} label
 * @property {readonly string[]} names Best first.
 * @property {readonly RegExp[]} packages The first that the distribution knows is taken.
 * @property {readonly string[]} versionArguments
 * @property {RegExp} version
 */

/** @type {Record<ServerKind, Kind>} */
const KINDS = {
  mariadb: {
    label: 'MariaDB',
    names: ['mariadbd', 'mysqld'],
    packages: [/^mariadb-server-core$/, /^mariadb-server-core-[\d.]+$/],
    versionArguments: ['--no-defaults', '--version'],
    version: /Ver (?<version>[\d.]+)(?<brand>-MariaDB)?/,
  },
  redis: {
    label: 'Redis',
    names: ['redis-server', 'valkey-server'],
    packages: [/^redis-server$/, /^valkey-server$/],
    versionArguments: ['--version'],
    version: /^(?<brand>Redis|Valkey) server v=(?<version>[\d.]+)/,
  },
};

/** Beyond PATH. A plain user's PATH has no sbin folder, and Homebrew does not link every version that it installs. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  ...['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'].flatMap((prefix) => [
    `${prefix}/bin`,
    ...['mariadb', 'mysql', 'redis', 'valkey'].map((formula) => `${prefix}/opt/${formula}/bin`),
  ]),
];

/**
 * @param {ServerKind} kind
 * @param {Search} [search]
 * @returns {Promise<Program>}
 */
export async function findProgram(kind, search) {
  const { [kind]: program } = await findPrograms([kind], search);
  if (!program) throw new Error(`No program for ${kind}`);
  return program;
}

/**
 * All at once, so that what is missing is downloaded in one go.
 * @param {readonly ServerKind[]} kinds
 * @param {Search} [search]
 * @returns {Promise<Partial<Record<ServerKind, Program>>>}
 */
export async function findPrograms(kinds, { log, signal, cache = cacheRoot(), installed = true } = {}) {
  /** @type {Partial<Record<ServerKind, Program>>} */
  const found = {};
  for (const kind of kinds) {
    const program = (installed && findInstalled(kind)) || findDownloaded(kind, cache);
    if (program) found[kind] = program;
  }
  const missing = kinds.filter((kind) => !found[kind]);
  if (missing.length === 0) return found;

  const labels = missing.map((kind) => KINDS[kind].label).join(' and ');
  await fetchDebianPackages({
    cache,
    groups: missing.map((kind) => ({
      name: kind,
      packages: KINDS[kind].packages,
      isUsable: () => findDownloaded(kind, cache) !== undefined,
    })),
    log: (message) => log?.(`${labels}: ${message}`),
    signal,
  }).catch((error) => {
    signal?.throwIfAborted();
    throw new Error(waysToGet(missing, error), { cause: error });
  });
  for (const kind of missing) {
    const program = findDownloaded(kind, cache);
    if (!program) throw new Error(waysToGet(missing, new Error('the downloaded programs do not run')));
    found[kind] = program;
  }
  return found;
}

/** @param {ServerKind} kind */
function findInstalled(kind) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...USUAL_FOLDERS];
  for (const name of KINDS[kind].names) {
    for (const folder of folders) {
      const program = tryProgram(kind, join(folder, name), process.env);
      if (program && !isConfined(program.path)) return program;
    }
  }
  return undefined;
}

/**
 * @param {ServerKind} kind
 * @param {string} cache
 */
function findDownloaded(kind, cache) {
  const root = unpackedFolder(cache, kind);
  if (!existsSync(root)) return undefined;
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolders(root).join(':') };
  for (const name of KINDS[kind].names) {
    for (const folder of ['usr/sbin', 'usr/bin']) {
      const program = tryProgram(kind, join(root, folder, name), env);
      if (program) return program;
    }
  }
  return undefined;
}

/**
 * Runs the program to ask for its version, which shows that all its libraries are there too.
 * @param {ServerKind} kind
 * @param {string} path
 * @param {NodeJS.ProcessEnv} env
 * @returns {Program | undefined}
 */
function tryProgram(kind, path, env) {
  if (!existsSync(path)) return undefined;
  const { label, versionArguments, version } = KINDS[kind];
  const { stdout } = spawnSync(path, versionArguments, { encoding: 'utf8', env, timeout: 10_000 });
  const groups = version.exec(stdout ?? '')?.groups;
  if (!groups) return undefined;
  const brand = kind === 'mariadb' ? (groups['brand'] ? label : 'MySQL') : groups['brand'];
  return { path, title: `${brand} ${groups['version']}`, env };
}

/**
 * Ubuntu's AppArmor profile lets the packaged mysqld use the system's data folder only. (Not tried here.)
 * @param {string} path
 */
function isConfined(path) {
  return path === '/usr/sbin/mysqld' && existsSync('/etc/apparmor.d/usr.sbin.mysqld');
}

/**
 * `usr/lib/x86_64-linux-gnu` and its like, whatever the architecture.
 * @param {string} root
 */
function libraryFolders(root) {
  return ['usr/lib', 'lib'].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.includes('-linux-gnu'))
      .map((name) => join(path, name));
  });
}

/**
 * @param {readonly ServerKind[]} missing
 * @param {Error} reason
 */
function waysToGet(missing, reason) {
  const variables = missing.map((kind) => (kind === 'mariadb' ? 'DATABASE_URL' : 'REDIS_URL'));
  return [
    `${missing.map((kind) => KINDS[kind].label).join(' and ')} not found, and not downloaded: ${reason.message}`,
    'Any one of these helps; then run the command again:',
    '  - macOS (or Linux with Homebrew):  brew install mariadb redis',
    '  - Docker:                          docker compose up --detach --wait, and the variables that docker-compose.yml names',
    '  - Debian, Ubuntu:                  sudo apt-get install mariadb-server-core redis-server',
    `  - servers that run already:        set ${variables.join(' and ')}, for instance`,
    '        DATABASE_URL=mysql://user:password@127.0.0.1:3306/posts_report REDIS_URL=redis://127.0.0.1:6379',
  ].join('\n');
}
