import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheRoot, fetchDebianPackages, unpackedFolder } from '../scripts/servers/debian-packages.mjs';
import { localFolder } from '../scripts/service-urls.mjs';

/**
 * Compiles the C yardstick with the installed client library. Without an installed one it uses Debian's package, which
 * it unpacks into the user's cache without root.
 *
 * @returns the program's path
 * @throws Error that says what is missing
 */
export async function buildCClient(say: (line: string) => void): Promise<string> {
  const compiler = ['cc', 'gcc', 'clang'].find((name) => succeeds(name, ['--version']));
  if (compiler === undefined) throw new Error('there is no C compiler');
  const source = fileURLToPath(new URL('yardsticks/c-client.c', import.meta.url));
  const folder = join(localFolder, 'bench');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'c-client');
  const flags = installedLibrary() ?? (await downloadedLibrary(say));
  await promisify(execFile)(compiler, ['-O2', '-o', program, source, ...flags]);
  return program;
}

/** The compiler's flags for the installed client library, from `mariadb_config`, `pkg-config` or `mysql_config`. */
function installedLibrary(): string[] | undefined {
  const tools = [
    ['mariadb_config', '--cflags', '--libs'],
    ['pkg-config', '--cflags', '--libs', 'libmariadb'],
    ['mysql_config', '--cflags', '--libs'],
  ] as const;
  for (const [tool, ...args] of tools) {
    const { status, stdout } = spawnSync(tool, args, { encoding: 'utf8' });
    if (status === 0) return stdout.split(/\s+/).filter(Boolean);
  }
  return undefined;
}

const GROUP = 'mariadb-client-library';

async function downloadedLibrary(say: (line: string) => void): Promise<string[]> {
  const cache = cacheRoot();
  await fetchDebianPackages({
    cache,
    groups: [
      {
        name: GROUP,
        packages: [/^libmariadb-dev$/],
        // The compiler brings the C library, and only static linking needs the other libraries.
        dispensable: ['libc6-dev', 'libc-dev', 'libssl-dev', 'zlib1g-dev', 'libzstd-dev'],
        isUsable: () => flagsOf(unpackedFolder(cache, GROUP)) !== undefined,
      },
    ],
    log: (message) => say(`C client: ${message}`),
  });
  const flags = flagsOf(unpackedFolder(cache, GROUP));
  if (flags === undefined) throw new Error('the downloaded client library is not complete');
  return flags;
}

function flagsOf(root: string): string[] | undefined {
  const include = join(root, 'usr/include/mariadb');
  const libraries = existsSync(join(root, 'usr/lib')) ? readdirSync(join(root, 'usr/lib')) : [];
  const folder = libraries
    .map((name) => join(root, 'usr/lib', name))
    .find((path) => existsSync(join(path, 'libmariadb.so')));
  if (folder === undefined || !existsSync(join(include, 'mysql.h'))) return undefined;
  return [`-I${include}`, `-L${folder}`, `-Wl,-rpath,${folder}`, '-lmariadb'];
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
