/**
 * Gets programs from packages of the machine's own distribution (Debian, Ubuntu or a derivative), for one user. apt
 * downloads and verifies the packages with the system's sources and keys; this module unpacks them into a cache folder.
 * It installs nothing, starts no service, and does not need root.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Apt, sourceOf } from './apt.mjs';
import { runToEnd } from '../run-to-end.mjs';
import { withLock } from './lock-file.mjs';
import { homeFolder } from './system-user.mjs';

/**
 * @typedef {object} PackageGroup
 * @property {string} name Name of the folder into which the packages are unpacked.
 * @property {readonly RegExp[]} packages The first pattern that matches a known package is used. If it matches several
 *   packages, the last in alphabetical order is downloaded.
 * @property {readonly string[]} dispensable Dependencies of the packages that are not downloaded.
 * @property {() => boolean} isUsable Whether the folder already contains a program that runs.
 * @property {ForeignProgram} [foreign] Set when the packages come from another suite of Debian.
 */

/**
 * @typedef {object} ForeignProgram A program that needs a newer C library than the system's.
 * @property {string} suite
 * @property {string} program Path of the program in the group's folder. A script with the program's file name, in the
 *   folder's `usr/bin`, runs the program with the C library of its own suite.
 */

/**
 * @typedef {object} DownloadRequest
 * @property {string} cache
 * @property {readonly PackageGroup[]} groups
 * @property {(message: string) => void} log
 * @property {AbortSignal | undefined} [signal]
 * @property {string | undefined} [packageStatus] The installed packages, in the format of dpkg's status file. Default:
 *   the system's file.
 */

const DPKG_STATUS = '/var/lib/dpkg/status';

/** Node's name of a processor architecture (`process.arch`) → Debian's name. */
const DEBIAN_ARCHITECTURES = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
  ['arm', 'armhf'],
  ['ppc64', 'ppc64el'],
]);

/** `${XDG_CACHE_HOME:-~/.cache}/posts-report`, shared by all clones of a user. */
export function cacheRoot() {
  return join(process.env['XDG_CACHE_HOME'] || join(homeFolder(), '.cache'), 'posts-report');
}

/**
 * @param {string} cache
 * @param {string} group
 */
export function unpackedFolder(cache, group) {
  return join(cache, systemName(), group);
}

/**
 * Downloads and unpacks each group that is not usable yet. After an interruption each group's folder is complete or
 * absent.
 * @param {DownloadRequest} request
 * @returns {Promise<void>}
 */
export async function fetchDebianPackages({ cache, groups, log, signal, packageStatus }) {
  if (process.platform !== 'linux' || !existsSync(DPKG_STATUS))
    throw new Error('this is not Debian or Ubuntu');
  if (/[:"]/.test(cache))
    throw new Error(`the cache folder's path must contain neither a colon nor a quote: ${cache}`);
  await withLock(
    join(cache, 'download.lock'),
    async () => {
      const missing = groups.filter((group) => !group.isUsable());
      if (missing.length === 0) return;
      removeLeftovers(cache);
      const work = join(cache, `${process.pid}.download`);
      try {
        await fetchInto(work, { cache, groups: missing, log, signal, packageStatus });
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
    ({ process: { pid } }) => log(`waiting for another command that is downloading it (process ${pid})`),
  );
}

/**
 * @param {string} work
 * @param {DownloadRequest} request
 */
async function fetchInto(work, { cache, groups, log, signal, packageStatus }) {
  const status = packageStatus ?? readFileSync(DPKG_STATUS, 'utf8');
  const own = groups.filter(({ foreign }) => foreign === undefined);
  const system = new Apt(join(work, 'system'), {
    status: `${withoutWanted(status, own)}${asIfInstalled(status, own)}`,
    signal,
  });
  log('downloading the package lists of this system (about 10 MB)');
  await system.update();
  for (const group of own) await fetchGroup(system, group, { cache, log });
  for (const group of groups) {
    if (group.foreign === undefined) continue;
    const { suite } = group.foreign;
    const apt = new Apt(join(work, suite), {
      // For a foreign suite apt takes no package as installed, so that it also downloads the C library.
      status: asIfInstalled('', [group]),
      sources: sourceOf(suite, await system.archives()),
      signal,
    });
    log(`downloading the package lists of Debian ${suite} (about 10 MB)`);
    await apt.update();
    await fetchGroup(apt, group, { cache, log });
  }
}

/**
 * @param {Apt} apt
 * @param {PackageGroup} group
 * @param {Pick<DownloadRequest, 'cache' | 'log'>} request
 */
async function fetchGroup(apt, { name, packages, foreign }, { cache, log }) {
  const names = await apt.packageNames();
  const wanted = packages.map((pattern) => names.findLast((known) => pattern.test(known))).find(Boolean);
  if (!wanted) throw new Error(`the package sources have no package for ${name}`);
  log(`downloading the package ${wanted} and what it needs`);
  const draft = join(apt.work, name);
  await unpack(await apt.download(wanted), draft, { withLibc: foreign !== undefined });
  if (foreign) writeLauncher(draft, foreign.program);
  const folder = unpackedFolder(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true, mode: 0o700 });
  renameSync(draft, folder);
}

/**
 * Deletes each package file after unpacking it, because apt would later reuse a file of the right size without
 * verifying it.
 * @param {string} archives
 * @param {string} target
 * @param {{ withLibc: boolean }} options
 */
async function unpack(archives, target, { withLibc }) {
  mkdirSync(target, { mode: 0o700 });
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    const path = join(archives, name);
    // The system's C library is used, because a second C library in the library path crashes every program.
    if (withLibc || !/^(libc6|libc-bin)_/.test(name)) await runToEnd('dpkg-deb', ['-x', path, target]);
    rmSync(path);
  }
}

/**
 * Writes a script that runs a program with the loader of the unpacked C library, because the program needs a newer C
 * library than the system's.
 * @param {string} root
 * @param {string} program
 */
function writeLauncher(root, program) {
  const script = `#!/bin/sh
root=$(dirname "$0")/../..
for loader in "$root"/usr/lib/*-linux-gnu/ld-linux*.so.*; do
  exec "$loader" --library-path "$(dirname "$loader")" "$root/${program}" "$@"
done
`;
  writeFileSync(join(root, 'usr/bin', basename(program)), script, { mode: 0o700 });
}

/**
 * Returns the installed packages, in the format of dpkg's status file, without the wanted packages and all packages of
 * the same products, so that apt downloads these. Dependencies are left out of each entry, so that apt reports no unmet
 * ones. The status `hold` becomes `install`, because apt refuses to change a held package.
 * @param {string} status
 * @param {readonly PackageGroup[]} groups
 */
function withoutWanted(status, groups) {
  const sameProducts = /^(mariadb|mysql|redis|valkey|rabbitmq|erlang|chromium)/;
  const kept =
    /^(Package|Status|Priority|Section|Maintainer|Architecture|Multi-Arch|Version|Provides|Description):/;
  return status
    .split('\n\n')
    .filter((stanza) => {
      const name = /^Package: (.*)$/m.exec(stanza)?.[1];
      const installed = /^Status: \S+ ok installed$/m.test(stanza);
      const wanted = name && groups.some((group) => group.packages.some((pattern) => pattern.test(name)));
      return name && installed && !wanted && !sameProducts.test(name);
    })
    .map((stanza) => stanza.split('\n').filter((line) => kept.test(line)))
    .map((lines) => lines.map((line) => (line.startsWith('Status:') ? 'Status: install ok installed' : line)))
    .map((lines) => `${lines.join('\n')}\n\n`)
    .join('');
}

/**
 * Returns entries for dpkg's status file that declare the dispensable packages as installed, so that apt does not
 * download them.
 * @param {string} status
 * @param {readonly PackageGroup[]} groups
 */
function asIfInstalled(status, groups) {
  const missing = groups
    .flatMap(({ dispensable }) => dispensable)
    .filter((name) => !status.includes(`Package: ${name}\n`));
  return missing
    .map((name) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Priority: optional',
        'Section: misc',
        'Maintainer: nobody <nobody@localhost>',
        `Architecture: ${DEBIAN_ARCHITECTURES.get(process.arch) ?? process.arch}`,
        'Multi-Arch: allowed', // some dependencies name the package with the suffix :any
        'Version: 99:0',
        'Description: left out',
        '\n',
      ].join('\n'),
    )
    .join('');
}

/** Returns, for example, `debian-12-x64`: a program for one system may not run on another with the same home folder. */
function systemName() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1];
  return [field('ID') ?? process.platform, field('VERSION_ID') ?? 'rolling', process.arch].join('-');
}

/**
 * Deletes the folders of killed downloads. No download is running, because the caller holds the download lock.
 * @param {string} cache
 */
function removeLeftovers(cache) {
  for (const name of readdirSync(cache).filter((file) => file.endsWith('.download')))
    rmSync(join(cache, name), { recursive: true, force: true });
}
