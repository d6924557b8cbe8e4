/** The common part of all private servers: one folder, one permanent address, and an owner that ends it. */
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort, isPortFree } from './free-port.mjs';
import { identifyProcess, isRunning } from './process-identity.mjs';
import { spawnTethered } from './tethered-process.mjs';

/** @typedef {import('./tethered-process.mjs').Exit} Exit */

/**
 * @typedef {object} PrivateServer
 * @property {string} name For people: `MariaDB 10.11.19`.
 * @property {string} url Of the account that may do everything there; the same after every restart.
 * @property {string} appUrl Of the account of the running processes, which may do only what they need; likewise.
 * @property {number} port On 127.0.0.1.
 * @property {() => number | undefined} pid Undefined while it is down.
 * @property {() => Promise<void>} start After `stop`, `kill` or a crash: again on the same address. Resolves when it answers.
 * @property {() => Promise<void>} stop In good order; by force after ten seconds. Resolves when it has ended.
 * @property {(signal: NodeJS.Signals) => Promise<void>} kill Resolves when it has ended.
 * @property {Promise<Exit>} exited The end of the present run.
 */

/**
 * @typedef {object} ServerOptions
 * @property {string} dir Where it keeps everything; made if need be. A folder holds one server of each sort.
 * @property {number} [port] Instead of the one that the folder remembers or a free one.
 * @property {(message: string) => void} [log] Called with what takes time.
 * @property {import('./programs.mjs').Program} [program] Instead of looking for one.
 * @property {number} [bufferPoolMb] MariaDB's memory for tables and indexes. Default 256.
 * @property {string} [queueName] For the broker: the QUEUE_NAME of the processes. Default `posts-report`.
 * @property {readonly string[]} [settings] For Redis: more lines of its configuration.
 * @property {readonly string[]} [options] For MariaDB: more options of the server, which win over those that it gets anyway.
 * @property {string | undefined} [emptyData] For MariaDB: a folder to copy the data of a new server from, which is faster than making
 *   it. Made when it is not there.
 * @property {boolean} [durable] False for throw-away data that need not survive a power cut. Default true.
 */

/**
 * @typedef {object} ServerSettings
 * @property {number} port
 * @property {string} password Of the account of the running processes.
 * @property {string} ownerPassword Of the account that may do everything.
 * @property {string} [madeBy] The program and series that made the data: `MariaDB 10.11`.
 */

/** Time until a server has to answer. After a crash, a large redo log takes a while. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Port and passwords of a folder: stored, so that a restart keeps the URL, or new.
 * @param {string} dir
 * @param {number} [port]
 * @returns {Promise<ServerSettings>}
 */
export async function loadSettings(dir, port) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const remembered = readSettings(dir);
  const settings = {
    ...remembered,
    port: port ?? (await usablePort(dir, remembered?.port)),
    password: remembered?.password ?? newPassword(),
    ownerPassword: remembered?.ownerPassword ?? newPassword(),
  };
  saveSettings(dir, settings);
  return settings;
}

function newPassword() {
  return randomBytes(18).toString('base64url');
}

/**
 * @param {string} dir
 * @param {ServerSettings} settings
 */
export function saveSettings(dir, settings) {
  writeWhole(join(dir, 'settings.json'), JSON.stringify(settings));
}

/**
 * Written atomically, and readable by the owner only.
 * @param {string} path
 * @param {string} content
 */
export function writeWhole(path, content) {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

/**
 * @typedef {object} ServerDescription
 * @property {string} name
 * @property {string} dir
 * @property {string} url
 * @property {string} [appUrl] Default `url`.
 * @property {number} port
 * @property {() => { command: string, args: string[], env?: NodeJS.ProcessEnv, cwd?: string }} launch
 * @property {(socket: import('node:net').Socket) => void} [greet] What to say first to a server that waits to be spoken to.
 * @property {(answer: string) => boolean} isReady Whether this is what a working server answers on its port.
 * @property {string} logFile Where the server writes why it does not start.
 */

/**
 * @param {ServerDescription} description
 * @returns {Promise<PrivateServer>}
 */
export async function runServer(description) {
  const { name, dir, url, appUrl = url, port, launch, logFile } = description;
  const runFile = join(dir, 'run.json');
  const outputFile = join(dir, 'output.log');

  /** @type {import('./tethered-process.mjs').TetheredProcess | undefined} */
  let run;

  async function start() {
    if (run?.running) throw new Error(`${name} is running already`);
    await endOrphan(runFile);
    const { command, args, env, cwd } = launch();
    const output = openSync(outputFile, 'w', 0o600);
    run = await spawnTethered(command, args, {
      ...(env && { env }),
      ...(cwd && { cwd }),
      output,
    }).finally(() => closeSync(output));
    const identity = identifyProcess(run.pid);
    if (identity) writeWhole(runFile, JSON.stringify(identity));
    await waitUntilReady(run, description).catch(async (error) => {
      await end();
      throw error;
    });
  }

  async function end() {
    if (!run?.running) return;
    run.kill('SIGTERM');
    const force = setTimeout(() => run?.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await run.exited;
    clearTimeout(force);
  }

  await start();
  return {
    name,
    url,
    appUrl,
    port,
    pid: () => (run?.running ? run.pid : undefined),
    start,
    stop: end,
    async kill(signal) {
      run?.kill(signal);
      await run?.exited;
    },
    get exited() {
      return run?.exited ?? Promise.resolve({ code: null, signal: null });
    },
  };

  /**
   * @param {import('./tethered-process.mjs').TetheredProcess} process
   * @param {ServerDescription} server
   */
  async function waitUntilReady(process, server) {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!server.isReady(await firstAnswer(server))) {
      if (!process.running) throw new Error(`${name} ended while starting.${lastLines(logFile, outputFile)}`);
      if (Date.now() > deadline)
        throw new Error(`${name} does not answer on port ${port}.${lastLines(logFile)}`);
      await Promise.race([delay(20), process.exited]);
    }
  }
}

/**
 * The bytes that the server sends on a new connection; '' without a connection or an answer within a second. Each try
 * is a connection of its own, because one that was accepted too early may never be answered.
 * @param {ServerDescription} server
 * @returns {Promise<string>}
 */
function firstAnswer({ port, greet }) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (/** @type {string} */ answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => finish(''));
    socket.once('error', () => finish(''));
    socket.once('close', () => finish(''));
    socket.once('connect', () => greet?.(socket));
    socket.once('data', (data) => finish(data.toString('latin1')));
  });
}

/**
 * Ends a server that was left over because its launcher was killed while starting it. Two servers on one folder would
 * damage the data (Redis) or wait for each other (MariaDB).
 * @param {string} runFile
 */
async function endOrphan(runFile) {
  const orphan = readJson(runFile);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  if (isRunning(orphan)) process.kill(orphan.pid, 'SIGTERM');
  while (isRunning(orphan)) {
    if (Date.now() > deadline) process.kill(orphan.pid, 'SIGKILL');
    await delay(50); // it is no child of this process, so its end can only be looked for
  }
}

/**
 * @param {string} dir
 * @param {number | undefined} remembered
 */
async function usablePort(dir, remembered) {
  if (remembered === undefined) return findFreePort();
  await endOrphan(join(dir, 'run.json'));
  return (await isPortFree(remembered)) ? remembered : findFreePort();
}

/**
 * @param {string} dir
 * @returns {ServerSettings | undefined}
 */
function readSettings(dir) {
  return readJson(join(dir, 'settings.json'));
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string[]} files */
function lastLines(...files) {
  const lines = files.flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8);
    } catch {
      return [];
    }
  });
  return lines.length === 0 ? '' : ` Its last words:\n  ${lines.join('\n  ')}`;
}
