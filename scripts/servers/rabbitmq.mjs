/** Runs a private RabbitMQ server: an Erlang virtual machine, and the Erlang name server (epmd) that it needs. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFreePort } from './free-port.mjs';
import { loadSettings, runServer } from './private-server.mjs';
import { findProgram } from './programs.mjs';
import { spawnTethered } from './tethered-process.mjs';

/**
 * @typedef {object} Control
 * @property {(...args: string[]) => Promise<string>} control Runs `rabbitmqctl` with these arguments. Resolves with its
 *   output; rejects when it fails.
 */

/**
 * @typedef {object} Membership Settings of a node in a cluster. The nodes find each other through one name server.
 * @property {string} node Name of the node: `node-1@localhost`.
 * @property {readonly string[]} nodes Names of all nodes of the cluster.
 * @property {string} password Password of the accounts, the same on all nodes.
 * @property {string} cookie Erlang's cookie: the secret with which the nodes authenticate each other.
 * @property {number} nameServerPort Port of a running Erlang name server, which the caller stops.
 */

/** The first bytes that an AMQP 0-9-1 client sends. The server answers with a method frame, which begins with 1. */
const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\u0009\u0001', 'latin1');

/**
 * @param {import('./private-server.mjs').ServerOptions & { cluster?: Membership }} options
 * @returns {Promise<import('./private-server.mjs').PrivateServer & Control>}
 */
export async function startRabbitMq({
  dir,
  port: wantedPort,
  log,
  program,
  cluster,
  queueName = 'posts-report',
}) {
  const machine = program ?? (await findProgram('rabbitmq', { log }));
  const home = join(dir, 'rabbitmq');
  const { port, ...passwords } = await loadSettings(home, wantedPort);
  const password = cluster?.password ?? passwords.password;
  const ownerPassword = cluster?.password ?? passwords.ownerPassword;
  const logFile = join(home, 'rabbitmq.log');
  const nameServerPort = cluster?.nameServerPort ?? (await findFreePort());
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...environment(machine, home),
    RABBITMQ_NODENAME: cluster?.node ?? 'app@localhost', // the host's own name may not resolve
    RABBITMQ_DIST_PORT: String(await findFreePort()),
    ERL_EPMD_PORT: String(nameServerPort),
  };
  linkLibraries(machine, home);
  writeConfiguration({ home, port, logFile, cluster });
  writeAccounts({ home, password, ownerPassword, queueName });

  const nameServer = cluster
    ? NOT_OWNED
    : createNameServer({ program: machine, port: nameServerPort, cwd: home });
  const server = await nameServer
    .start()
    .then(() =>
      runServer({
        name: machine.title,
        dir: home,
        url: `amqp://owner:${ownerPassword}@127.0.0.1:${port}`,
        appUrl: `amqp://app:${password}@127.0.0.1:${port}`,
        port,
        logFile,
        launch: () => ({ command: machine.path, args: ARGUMENTS, env, cwd: home }),
        greet: (socket) => socket.write(PROTOCOL_HEADER),
        isReady: (answer) => answer.startsWith('\u0001'),
      }),
    )
    .catch(async (error) => {
      await nameServer.stop();
      throw error;
    });

  return {
    name: server.name,
    url: server.url,
    appUrl: server.appUrl,
    port: server.port,
    pid: server.pid,
    kill: server.kill,
    async start() {
      await nameServer.start();
      await server.start();
    },
    async stop() {
      await server.stop();
      await nameServer.stop();
    },
    get exited() {
      return server.exited;
    },
    async control(...args) {
      const command = [
        ...CONTROL_ARGUMENTS,
        join(String(env['RABBITMQ_HOME']), 'escript', 'rabbitmqctl'),
        ...args,
      ];
      const { stdout } = await promisify(execFile)(machine.path, command, { env, cwd: home });
      return stdout;
    },
  };
}

/**
 * Arguments from RabbitMQ's own start script. The last argument binds the port of Erlang's node-to-node protocol to
 * 127.0.0.1, so that other machines cannot connect to it.
 */
const ARGUMENTS = [
  ...['-noinput', '-s', 'rabbit', 'boot', '-boot', 'start_sasl'],
  ...['+W', 'w', '+P', '1048576', '+t', '5000000', '+B', 'i'],
  ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
  ...['-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false'],
  ...['-kernel', 'prevent_overlapping_partitions', 'false'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
];

/**
 * Arguments from the script `rabbitmqctl`. Debian's script is not used, because it contains fixed paths and so does not
 * run from an unpacked package.
 */
const CONTROL_ARGUMENTS = [
  ...['+B', '-boot', 'no_dot_erlang', '-noinput', '-noshell', '-hidden'],
  ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}'],
  ...['-run', 'escript', 'start', '-escript', 'main', 'rabbitmqctl_escript', '-extra'],
];

/**
 * @param {import('./programs.mjs').Program} machine
 * @param {string} home
 * @returns {NodeJS.ProcessEnv}
 */
function environment(machine, home) {
  return {
    ...machine.env,
    PATH: `${machine.env['BINDIR']}:${process.env['PATH']}`,
    HOME: join(home, 'home'), // Erlang reads its cookie from there
    LANG: 'C.UTF-8',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_MAX_ETS_TABLES: '50000',
    ERL_MAX_PORTS: '65536',
    ERL_CRASH_DUMP_SECONDS: '0',
    SYS_PREFIX: home,
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: home,
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    ERL_LIBS: join(home, 'plugins'),
    RABBITMQ_PLUGINS_DIR: join(home, 'plugins'),
    // These files do not exist. They are named so that RabbitMQ does not read the system's configuration files.
    RABBITMQ_CONF_ENV_FILE: join(home, 'no-environment.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'no-advanced.config'),
  };
}

/**
 * Creates a folder with links to only the libraries that the server needs. At each start RabbitMQ reads the schemas of
 * all plugins that it finds, enabled or not, and Erlang searches every folder for each module. With all plugins a start
 * takes 8 s of CPU time instead of 4.5 s (RabbitMQ 3.10.8).
 * @param {import('./programs.mjs').Program} machine
 * @param {string} home
 */
function linkLibraries(machine, home) {
  const [from, to] = [join(String(machine.env['RABBITMQ_HOME']), 'plugins'), join(home, 'plugins')];
  rmSync(to, { recursive: true, force: true }); // the links may lead to another version
  mkdirSync(to, { recursive: true, mode: 0o700 });
  const libraries = readdirSync(from).filter((name) => !/^rabbitmq_(?!prelaunch)/.test(name));
  for (const name of libraries) symlinkSync(join(from, name), join(to, name));
}

/** @param {{ home: string, port: number, logFile: string, cluster: Membership | undefined }} settings */
function writeConfiguration({ home, port, logFile, cluster }) {
  for (const folder of ['home', 'data']) mkdirSync(join(home, folder), { recursive: true, mode: 0o700 });
  const configuration = [
    `listeners.tcp.default = 127.0.0.1:${port}`,
    `load_definitions = ${join(home, ACCOUNTS)}`,
    'loopback_users = none',
    `log.file = ${logFile}`,
    'log.console = false',
    'vm_memory_high_watermark.absolute = 512MB',
    'disk_free_limit.absolute = 50MB',
    ...(cluster?.nodes ?? []).map(
      (node, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${node}`,
    ),
  ];
  writeFileSync(join(home, 'rabbitmq.conf'), configuration.join('\n'), { mode: 0o600 });
  writeFileSync(join(home, 'enabled_plugins'), '[].');
  const cookie = join(home, 'home', '.erlang.cookie');
  if (cluster && !existsSync(cookie)) writeFileSync(cookie, cluster.cookie, { mode: 0o400 });
}

const ACCOUNTS = 'accounts.json';

/**
 * Writes the accounts that RabbitMQ reads at each start, so that data from an older version of this code get the
 * accounts too. In such data, `app` has all rights until RabbitMQ has read the file. docs/brokers.md lists the rights
 * of `app` for servers that the user provides.
 * @param {{ home: string, password: string, ownerPassword: string, queueName: string }} settings
 */
function writeAccounts({ home, password, ownerPassword, queueName }) {
  const own = `${queueName}(\\..*)?|amq\\.gen-.*`;
  const rights = { configure: `^(${own})$`, write: `^(${own}|amq\\.default)$`, read: `^(${own})$` };
  const definitions = {
    vhosts: [{ name: '/' }],
    users: [
      { name: 'owner', password: ownerPassword, tags: 'administrator' },
      { name: 'app', password, tags: '' },
    ],
    permissions: [
      { user: 'owner', vhost: '/', configure: '.*', write: '.*', read: '.*' },
      { user: 'app', vhost: '/', ...rights },
    ],
  };
  writeFileSync(join(home, ACCOUNTS), JSON.stringify(definitions), { mode: 0o600 });
}

/**
 * Runs Erlang's name server (epmd) for one node or for the nodes of a cluster. Without it, Erlang would start an epmd
 * that never ends.
 * @param {object} options
 * @param {import('./programs.mjs').Program} options.program
 * @param {number} options.port
 * @param {string} options.cwd
 */
export function createNameServer({ program, port, cwd }) {
  /** @type {import('./tethered-process.mjs').TetheredProcess | undefined} */
  let run;
  return {
    async start() {
      if (run?.running) return;
      run = await spawnTethered(
        join(String(program.env['BINDIR']), 'epmd'),
        ['-address', '127.0.0.1', '-port', String(port)],
        { env: program.env, cwd, output: 'ignore' },
      );
    },
    async stop() {
      if (!run?.running) return;
      run.kill('SIGTERM');
      await run.exited;
    },
  };
}

/** Stands for the cluster's name server, which startRabbitMqCluster starts and stops. */
const NOT_OWNED = { async start() {}, async stop() {} };
