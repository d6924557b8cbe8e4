/**
 * Starts and stops a private server of any kind. The server keeps its data in one folder, keeps its address over
 * restarts, and ends with the process that started it.
 */
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
 * @property {string} name Program and version, for messages: `MariaDB 10.11.19`.
 * @property {string} url URL with the account that has all rights. A restart does not change it.
 * @property {string} appUrl URL with the account of the API and the worker, which has only the rights that they need. A
 *   restart does not change it.
 * @property {number} port Port of 127.0.0.1.
 * @property {() => number | undefined} pid Undefined while the server is down.
 * @property {() => Promise<void>} start Starts the server again on the same address after `stop`, `kill` or a crash.
 *   Resolves when the server answers.
 * @property {() => Promise<void>} stop Sends SIGTERM, and SIGKILL after ten seconds. Resolves when the server has
 *   ended.
 * @property {(signal: NodeJS.Signals) => Promise<void>} kill Sends the signal. Resolves when the server has ended.
 * @property {Promise<Exit>} exited Resolves when the server's current process ends.
 */

/**
 * @typedef {object} ServerOptions
 * @property {string} dir Folder for all files of the server, created if it does not exist. One folder can serve one
 *   server of each kind.
 * @property {number} [port] Default: the port that is stored in the folder if it is free, otherwise a new port.
 * @property {(message: string) => void} [log] Called with a message before each step that takes a long time.
 * @property {import('./programs.mjs').Program} [program] Default: a program that is found or downloaded.
 * @property {number} [bufferPoolMb] For MariaDB: memory for tables and indexes, in MB. Default 256.
 * @property {string} [queueName] For the broker: the QUEUE_NAME of the API and the worker. Default `posts-report`.
 * @property {readonly string[]} [settings] For Redis: additional lines of the configuration.
 * @property {readonly string[]} [options] For MariaDB: additional options, which override the options of this code.
 * @property {string | undefined} [emptyData] For MariaDB: a folder with the data of an empty server, created if it does
 *   not exist. A new server copies these data, which is faster than creating them.
 * @property {boolean} [durable] False for temporary data that need not survive a power failure. Default true.
 */

/**
 * @typedef {object} ServerSettings
 * @property {number} port
 * @property {string} password Password of the account `app` of the API and the worker.
 * @property {string} ownerPassword Password of the account `owner`, which has all rights.
 * @property {string} [madeBy] Program and release series that created the data: `MariaDB 10.11`.
 */

/** Time in which a server must answer after its start. MariaDB needs long to replay a large redo log after a crash. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/**
 * Returns the port and the passwords that are stored in the folder. Missing ones are created and stored, so that a
 * restart keeps the URLs.
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
 * Writes the file atomically. Only the file's owner can read it.
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
 * @property {(socket: import('node:net').Socket) => void} [greet] Sends the first bytes, for a server whose protocol
 *   lets the client send first.
 * @property {(answer: string) => boolean} isReady Whether the first bytes from the server's port show that the server
 *   accepts requests.
 * @property {string} logFile File to which the server writes why it does not start.
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
 * Returns the first bytes that the server sends on a new connection, as Latin-1; '' if the connection fails or no byte
 * comes within a second. Each try opens a new connection, because the server may never answer on a connection that was
 * opened too early.
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
 * Ends a server that still runs because the process that started it was killed during the start. Two servers on one
 * folder would damage the data (Redis) or wait for each other (MariaDB).
 * @param {string} runFile
 */
async function endOrphan(runFile) {
  const orphan = readJson(runFile);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  if (isRunning(orphan)) process.kill(orphan.pid, 'SIGTERM');
  while (isRunning(orphan)) {
    if (Date.now() > deadline) process.kill(orphan.pid, 'SIGKILL');
    await delay(50); // the orphan is no child of this process, so its end raises no event here
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
