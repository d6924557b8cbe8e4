/** Finds servers and other programs on this machine or in the cache of earlier downloads; otherwise downloads them. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheRoot, fetchDebianPackages, unpackedFolder } from './debian-packages.mjs';
import { KINDS } from './server-kinds.mjs';

/** @typedef {import('./server-kinds.mjs').ProgramKind} ProgramKind */
/** @typedef {import('./server-kinds.mjs').Program} Program */

/**
 * @typedef {object} Search
 * @property {((message: string) => void) | undefined} [log]
 * @property {AbortSignal | undefined} [signal] Ends a download.
 * @property {string} [cache] Folder of downloaded programs.
 * @property {boolean} [installed] Whether the search includes the programs that are installed on this machine. Default
 *   true.
 * @property {string} [packageStatus] The installed packages, in the format of dpkg's status file. Default: the system's
 *   file.
 */

/** Homebrew's folders on Macs with Apple processors, on Macs with Intel processors, and on Linux. */
const HOMEBREW = ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'];

/**
 * Folders that are searched after those in PATH, because PATH often has no sbin folder for users other than root, and
 * because Homebrew does not link every installed version into its bin folder.
 */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/libexec',
  '/usr/local/mysql/bin',
  ...HOMEBREW.flatMap((prefix) => [
    `${prefix}/bin`,
    ...['mariadb', 'mysql', 'redis', 'valkey'].map((formula) => `${prefix}/opt/${formula}/bin`),
  ]),
];

/**
 * @param {ProgramKind} kind
 * @param {Search} [search]
 * @returns {Promise<Program>}
 */
export async function findProgram(kind, search) {
  const { [kind]: program } = await findPrograms([kind], search);
  if (!program) throw new Error(`No program for ${kind}`);
  return program;
}

/**
 * Finds several programs in one call, so that the missing ones are downloaded together.
 * @param {readonly ProgramKind[]} kinds
 * @param {Search} [search]
 * @returns {Promise<Partial<Record<ProgramKind, Program>>>}
 */
export async function findPrograms(kinds, search = {}) {
  const { log, signal, cache = cacheRoot(), installed = true, packageStatus } = search;
  /** @type {Partial<Record<ProgramKind, Program>>} */
  const found = {};
  for (const kind of kinds) {
    const program = (installed && findInstalled(kind)) || findDownloaded(kind, cache);
    if (program) found[kind] = program;
  }
  const missing = kinds.filter((kind) => !found[kind]);
  if (missing.length === 0) return found;

  await fetchDebianPackages({
    cache,
    groups: missing.map((kind) => ({
      ...KINDS[kind],
      name: kind,
      isUsable: () => findDownloaded(kind, cache) !== undefined,
    })),
    log: (message) => log?.(`${labelsOf(missing)}: ${message}`),
    signal,
    packageStatus,
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

/** @param {ProgramKind} kind */
function findInstalled(kind) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...USUAL_FOLDERS].filter(Boolean);
  return KINDS[kind].locate({ folders, prefixes: ['/', ...HOMEBREW], env: process.env });
}

/**
 * @param {ProgramKind} kind
 * @param {string} cache
 */
function findDownloaded(kind, cache) {
  const root = unpackedFolder(cache, kind);
  if (!existsSync(root)) return undefined;
  return KINDS[kind].locate({
    folders: [join(root, 'usr/sbin'), join(root, 'usr/bin')],
    prefixes: [root],
    // A foreign program's launcher script sets the library path. The path is not in the environment, because the shell
    // that runs the script cannot use the foreign C library.
    env: KINDS[kind].foreign
      ? process.env
      : { ...process.env, LD_LIBRARY_PATH: libraryFolders(root).join(':') },
  });
}

/**
 * The library folders of all architectures: `usr/lib/x86_64-linux-gnu` …
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

/** @param {readonly ProgramKind[]} kinds */
function labelsOf(kinds) {
  return kinds.map((kind) => KINDS[kind].label).join(' and ');
}

/**
 * @param {readonly ProgramKind[]} missing
 * @param {Error} reason
 */
function waysToGet(missing, reason) {
  const variables = missing.flatMap((kind) => KINDS[kind].variable ?? []);
  const packages = missing.map((kind) => KINDS[kind].install);
  const forServers = [
    '  - Docker:                          docker compose up --detach --wait, and the variables that docker-compose.yml names',
    `  - servers that run already:        set ${variables.join(' and ')}, for instance`,
    '        DATABASE_URL=mysql://user:password@127.0.0.1:3306/posts_report REDIS_URL=redis://127.0.0.1:6379',
  ];
  return [
    `${labelsOf(missing)} not found, and not downloaded: ${reason.message}`,
    'Any one of these helps; then run the command again:',
    `  - macOS (or Linux with Homebrew):  brew install ${missing.join(' ')}`,
    `  - Debian, Ubuntu:                  sudo apt-get install ${packages.join(' ')}`,
    ...missing.flatMap((kind) => KINDS[kind].otherWay ?? []).map((way) => `  - ${way}`),
    ...(variables.length > 0 ? forServers : []),
  ].join('\n');
}
