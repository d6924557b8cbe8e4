/**
 * Runs Debian's apt in its own folders. It verifies packages with the system's keys, and changes nothing in the system.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../run-to-end.mjs';

/**
 * @typedef {object} AptOptions
 * @property {string} status The packages that apt takes as installed, in the format of dpkg's status file.
 * @property {string} [sources] Package sources instead of the system's, in the format of sources.list.
 * @property {AbortSignal | undefined} [signal] Ends a running apt.
 */

/**
 * @typedef {object} Archive One of the system's package sources.
 * @property {string} label `Debian`, `Debian-Security`, `Ubuntu` …
 * @property {string} uri
 */

const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

export class Apt {
  #configuration;
  #options;

  /**
   * @param {string} work
   * @param {AptOptions} options
   */
  constructor(work, { status, sources, signal }) {
    this.work = work;
    for (const folder of ['state/lists/partial', 'cache/archives/partial', 'log', 'sources'])
      mkdirSync(join(work, folder), { recursive: true, mode: 0o700 });
    writeFileSync(join(work, 'status'), status);
    if (sources !== undefined) writeFileSync(join(work, 'sources.list'), sources);
    writeFileSync(join(work, 'apt.conf'), configurationFor(work, sources !== undefined));
    this.#configuration = ['-c', join(work, 'apt.conf')];
    this.#options = { env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }, signal };
  }

  /** Fetches the lists of packages. */
  async update() {
    await this.#get('update');
  }

  /** @returns {Promise<string[]>} The names of all packages, in alphabetical order. */
  async packageNames() {
    const known = await runToEnd('apt-cache', [...this.#configuration, 'pkgnames'], this.#options);
    return known.split('\n').sort();
  }

  /**
   * Downloads a package and its dependencies.
   * @param {string} name
   * @returns {Promise<string>} The folder of the package files.
   */
  async download(name) {
    await this.#get('install', '-y', '--download-only', name);
    return join(this.work, 'cache/archives');
  }

  /** @returns {Promise<Archive[]>} The system's package sources, which are known after an update. */
  async archives() {
    const printed = await this.#get(
      'indextargets',
      '--format',
      '$(LABEL) $(REPO_URI)',
      'Created-By: Packages',
    );
    return printed
      .trim()
      .split('\n')
      .map((line) => {
        const [label = '', uri = ''] = line.split(' ');
        return { label, uri };
      });
  }

  /** @param {string[]} args */
  #get(...args) {
    return runToEnd('apt-get', ['-qq', ...this.#configuration, ...args], this.#options);
  }
}

/**
 * Returns the sources.list line of another suite in the system's own Debian archive. The same keys sign all suites.
 * @param {string} suite
 * @param {readonly Archive[]} archives
 */
export function sourceOf(suite, archives) {
  const debian = archives.find(({ label }) => label === 'Debian');
  if (debian === undefined) throw new Error('this system has no packages of Debian');
  return `deb [signed-by=${KEYS}] ${debian.uri} ${suite} main\n`;
}

/**
 * Returns the configuration file for apt's option -c. apt reads the file after the system's configuration, so that apt
 * uses the system's keys and proxies. It also uses the system's package sources, unless `hasSources` is true.
 * @param {string} work
 * @param {boolean} hasSources
 */
function configurationFor(work, hasSources) {
  const sources = `
Dir::Etc::sourcelist "${work}/sources.list";
Dir::Etc::sourceparts "${work}/sources";
`;
  return `${hasSources ? sources : ''}
Dir::State "${work}/state/";
Dir::State::status "${work}/status";
Dir::Cache "${work}/cache/";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "${work}/log/";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
APT::Install-Recommends "false";
// By default, apt that is run by root downloads as the user _apt, who cannot write to these folders.
APT::Sandbox::User "root";
// Without this option, "apt-get update" succeeds even when there is no network.
APT::Update::Error-Mode "any";
// The system's hooks would change the system.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
`;
}
