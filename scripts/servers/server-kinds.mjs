/** Describes each program: how it is recognised, and which packages contain it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {'mariadb' | 'redis' | 'rabbitmq'} ServerKind */
/**
 * The servers, and programs that only tests use.
 * @typedef {ServerKind | 'mysql' | 'mariadb-dump' | 'curl' | 'python' | 'chromium'} ProgramKind
 */

/**
 * @typedef {object} Program
 * @property {string} path
 * @property {string} title Name and version that the program prints: `MariaDB 10.11.19`.
 * @property {NodeJS.ProcessEnv} env Environment for this program only, because other programs may fail with the
 *   libraries in its library path.
 */

/**
 * @typedef {object} Place Where to search for a program.
 * @property {readonly string[]} folders Folders of executables, like those in PATH.
 * @property {readonly string[]} prefixes Root folders of installations: `/`, `/opt/homebrew` …
 * @property {NodeJS.ProcessEnv} env Environment in which the programs of these folders run.
 */

/**
 * @typedef {object} Kind
 * @property {string} label
 * @property {readonly RegExp[]} packages The first pattern that matches a package of the distribution is used.
 * @property {readonly string[]} dispensable Dependencies of the packages that the program does not need to run.
 * @property {import('./debian-packages.mjs').ForeignProgram} [foreign] Set when no release of Debian has the package.
 * @property {string} install Name of the package, for messages.
 * @property {string} [variable] Environment variable with the URL of a server that already runs.
 * @property {string} [otherWay] How to get the program where no package manager has it.
 * @property {(place: Place) => Program | undefined} locate Runs the program to read its version, so that a program
 *   whose libraries are missing is not found.
 */

/** @type {Record<ProgramKind, Kind>} */
export const KINDS = {
  mariadb: {
    label: 'MariaDB',
    packages: [/^mariadb-server-core$/, /^mariadb-server-core-[\d.]+$/],
    dispensable: [],
    install: 'mariadb-server-core',
    variable: 'DATABASE_URL',
    locate: (place) => firstThatRuns(place, ['mariadbd', 'mysqld'], DATABASE_VERSION, databaseTitle),
  },
  mysql: {
    label: 'MySQL',
    packages: [/^mysql-server-core$/],
    dispensable: ['perl'],
    foreign: { suite: 'sid', program: 'usr/sbin/mysqld' },
    install: 'mysql-server',
    locate: (place) =>
      firstThatRuns(place, ['mysqld'], DATABASE_VERSION, (printed) => {
        const title = databaseTitle(printed);
        return title?.startsWith('MySQL') ? title : undefined;
      }),
  },
  'mariadb-dump': {
    label: 'mariadb-dump',
    packages: [/^mariadb-client$/, /^mariadb-client-[\d.]+$/],
    dispensable: ['debianutils', 'libconfig-inifiles-perl', 'perl'],
    install: 'mariadb-client',
    locate: (place) =>
      firstThatRuns(place, ['mariadb-dump'], ['--no-defaults', '--version'], (printed) =>
        /^mariadb-dump .*?[\d.]+-MariaDB/.exec(printed)?.[0].replace(/\s+/g, ' '),
      ),
  },
  redis: {
    label: 'Redis',
    packages: [/^redis-server$/, /^valkey-server$/],
    dispensable: [],
    install: 'redis-server',
    variable: 'REDIS_URL',
    locate: (place) =>
      firstThatRuns(place, ['redis-server', 'valkey-server'], ['--version'], (printed) => {
        const [, brand, version] = /^(Redis|Valkey) server v=([\d.]+)/.exec(printed) ?? [];
        return version && `${brand} ${version}`;
      }),
  },
  rabbitmq: {
    label: 'RabbitMQ',
    packages: [/^rabbitmq-server$/],
    dispensable: ['logrotate', 'python3', 'socat', 'procps'],
    install: 'rabbitmq-server',
    variable: 'BROKER_URL',
    locate: locateRabbitMq,
  },
  curl: {
    label: 'curl',
    packages: [/^curl$/],
    dispensable: [],
    install: 'curl',
    locate: (place) =>
      firstThatRuns(place, ['curl'], ['--version'], (printed) => /^curl [\d.]+/.exec(printed)?.[0]),
  },
  python: {
    label: 'Python',
    packages: [/^python3$/],
    dispensable: ['media-types'],
    install: 'python3',
    locate: (place) =>
      firstThatRuns(place, ['python3'], ['--version'], (printed) => /^Python 3[\d.]+/.exec(printed)?.[0]),
  },
  chromium: {
    label: 'Chromium',
    packages: [/^chromium-headless-shell$/],
    dispensable: ['x11-utils', 'xdg-utils'],
    install: 'chromium',
    otherWay:
      'its own installer:               Google Chrome, which does as well (Ubuntu has Chromium as a snap only)',
    locate: locateChromium,
  },
};

const DATABASE_VERSION = ['--no-defaults', '--version'];

/** @param {string} printed */
function databaseTitle(printed) {
  const [, version, isMariaDb] = /Ver ([\d.]+)(-MariaDB)?/.exec(printed) ?? [];
  return version && `${isMariaDb ? 'MariaDB' : 'MySQL'} ${version}`;
}

/**
 * Returns the first program that runs. The first folder has precedence, as in PATH.
 * @param {Place} place
 * @param {readonly string[]} names Best first.
 * @param {readonly string[]} versionArguments
 * @param {(printed: string) => string | undefined} titleOf
 * @returns {Program | undefined}
 */
function firstThatRuns({ folders, env }, names, versionArguments, titleOf) {
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name);
      if (!existsSync(path) || isConfined(path)) continue;
      const { stdout } = spawnSync(path, versionArguments, { encoding: 'utf8', env, timeout: 10_000 });
      const title = titleOf(stdout ?? '');
      if (title) return { path, title, env };
    }
  }
  return undefined;
}

/**
 * Whether the program cannot access the folders of a private server. Ubuntu's AppArmor profile limits the packaged
 * mysqld to the system's data folder, and a snap cannot see /tmp. (Neither was tried.)
 * @param {string} path
 */
function isConfined(path) {
  if (path.startsWith('/snap/')) return true;
  return path === '/usr/sbin/mysqld' && existsSync('/etc/apparmor.d/usr.sbin.mysqld');
}

/**
 * Finds RabbitMQ and the Erlang virtual machine that runs it. Neither start script is used: RabbitMQ's needs a system
 * user, and Debian's `erl` needs the folder /usr/lib/erlang. The result's environment sets the paths that the scripts
 * would set. The paths below Homebrew's folder come from its manual and were not tried.
 * @param {Place} place
 * @returns {Program | undefined}
 */
function locateRabbitMq({ prefixes, env }) {
  for (const prefix of prefixes) {
    const erlang = firstFolder(prefix, ['usr/lib/erlang', 'opt/erlang/lib/erlang']);
    const homes = join(prefix, 'usr/lib/rabbitmq/lib');
    const home = firstMatch(homes, /^rabbitmq_server-/) ?? firstFolder(prefix, ['opt/rabbitmq']);
    const machine = erlang && firstMatch(erlang, /^erts-/);
    if (!home || !erlang || !machine) continue;
    const plugins = join(home, 'plugins');
    const version = /^rabbit-(\d[\d.]*\d)/.exec(
      firstMatch(plugins, /^rabbit-\d/)?.slice(plugins.length + 1) ?? '',
    )?.[1];
    const bin = join(machine, 'bin');
    const program = {
      path: join(bin, 'erlexec'),
      title: `RabbitMQ ${version}`,
      env: {
        ...env,
        ROOTDIR: erlang,
        BINDIR: bin,
        EMU: 'beam',
        PROGNAME: 'erl',
        ERL_LIBS: plugins,
        RABBITMQ_HOME: home,
      },
    };
    const { status } = spawnSync(program.path, ['+V'], { env: program.env, timeout: 10_000 });
    if (version && status === 0) return program;
  }
  return undefined;
}

const CHROMIUM_NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'Google Chrome', 'Chromium'];
const MAC_BUNDLES = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS`);

/**
 * Searches for the executable that Debian's script `chromium-headless-shell` runs, because the script contains the
 * executable's absolute path and so does not run from an unpacked package.
 * @param {Place} place
 * @returns {Program | undefined}
 */
function locateChromium({ folders, prefixes, env }) {
  const titleOf = (/** @type {string} */ printed) =>
    /(?:Chromium|Google Chrome(?: for Testing)?) [\d.]+/.exec(printed)?.[0];
  for (const prefix of prefixes) {
    const place = {
      folders: [join(prefix, 'usr/lib/chromium')],
      prefixes,
      env: prefix === '/' ? env : { ...env, ...placesForChromium(prefix, env) },
    };
    const program = firstThatRuns(place, ['chromium-headless-shell'], ['--version'], titleOf);
    if (program) return program;
  }
  const everywhere = { folders: [...folders, ...MAC_BUNDLES], prefixes, env };
  return firstThatRuns(everywhere, CHROMIUM_NAMES, ['--version'], titleOf);
}

/**
 * Returns the variables with which an unpacked Chromium finds its libraries and fonts below the prefix instead of `/`.
 * Without fonts Chromium starts, but draws no text.
 * @param {string} prefix
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function placesForChromium(prefix, env) {
  const libraries = (env['LD_LIBRARY_PATH'] ?? '').split(':');
  const fonts = join(prefix, 'etc/fonts/fonts.conf'); // absent when the system has one
  return {
    LD_LIBRARY_PATH: libraries.flatMap((folder) => [folder, join(folder, 'pulseaudio')]).join(':'),
    XDG_DATA_HOME: join(prefix, 'usr/share'), // every fonts.conf names the folder `fonts` below XDG_DATA_HOME
    ...(existsSync(fonts) ? { FONTCONFIG_FILE: fonts } : {}),
  };
}

/**
 * @param {string} prefix
 * @param {readonly string[]} candidates
 */
function firstFolder(prefix, candidates) {
  return candidates.map((folder) => join(prefix, folder)).find((folder) => existsSync(folder));
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 */
function firstMatch(folder, pattern) {
  if (!existsSync(folder)) return undefined;
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  return name && join(folder, name);
}
