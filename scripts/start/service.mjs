/** `npm start`: starts the servers, the API and the worker in order, and stops them at the end. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfStale } from '../build.mjs';
import { installIfNeeded } from '../install.mjs';
import { root } from '../project.mjs';
import { errorCode } from '../servers/error-code.mjs';
import { takeLock } from '../servers/lock-file.mjs';
import { identifyProcess } from '../servers/process-identity.mjs';
import { announceService, brokerVariable, localFolder, withdrawService } from '../service-urls.mjs';
import { createAppProcess } from './app-process.mjs';
import { checkConfiguration, isConfigError } from './check-configuration.mjs';
import { ANY_PORT, listenAddress, requireFreePort } from './listen-address.mjs';
import { ensureReachable, migrate, needsPosts, seed } from './prepare-database.mjs';
import { createProgress } from '../progress.mjs';
import { startServers } from './start-servers.mjs';
import { listenForStop } from '../stop-request.mjs';
import { CONFIGURATION_IS_WRONG, ConfigurationError, keepRunning, untilAborted } from './supervise.mjs';
import { waitForApi } from './wait-for-api.mjs';
import { welcome } from './welcome.mjs';

/** @typedef {import('./supervise.mjs').Restartable & { pid: () => number | undefined, stop: () => Promise<void> }} Child */

const logFolder = join(localFolder, 'logs');

/**
 * Returns when the service has been stopped.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The exit code.
 */
export async function startService(env) {
  const output = watchOutput(process.stdout);
  const progress = createProgress(process.stdout);
  const address = await listenAddress(env);

  if (root.includes(':'))
    return refuseToStart(progress, `A folder with a colon in its path will not do: ${root}`);
  mkdirSync(localFolder, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(localFolder, 'start.lock'), { url: address.url });
  if ('heldBy' in lock) return refuseToStart(progress, alreadyRunning(lock.heldBy));

  const shutdown = new AbortController();
  const servers = /** @type {Promise<Child>[]} */ ([]);
  const apps = /** @type {Promise<Child>[]} */ ([]);
  listenForStop({
    onStop(why) {
      progress.print(`\nStopping (${why}) …`);
      shutdown.abort(new Error(why));
    },
    // Nothing is stopped first, because the servers, the API and the worker end when this process ends.
    onUrgentStop: () => process.exit(130),
  });

  const running = run({
    env,
    progress,
    address,
    servers,
    apps,
    signal: shutdown.signal,
    onReady: output.accept,
  });
  try {
    await Promise.race([running, output.refused, untilAborted(shutdown.signal)]);
    return 0;
  } catch (error) {
    if (shutdown.signal.aborted) return 0;
    shutdown.abort();
    progress.fail(error instanceof Error ? error.message : String(error));
    return error instanceof ConfigurationError || isConfigError(error) ? CONFIGURATION_IS_WRONG : 1;
  } finally {
    await running.catch(() => {}); // `run` ends soon after its signal
    withdrawService();
    await stopAll(apps);
    await stopAll(servers);
    lock.release();
  }
}

/**
 * Starts the servers, the API and the worker, and keeps them running until the signal.
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('../progress.mjs').Progress} options.progress
 * @param {import('./listen-address.mjs').ListenAddress} options.address
 * @param {Promise<Child>[]} options.servers `run` adds each server when it begins to start the server.
 * @param {Promise<Child>[]} options.apps `run` adds the API and the worker when it begins to start them.
 * @param {AbortSignal} options.signal
 * @param {() => void} options.onReady
 */
async function run({ env, progress, address, servers, apps, signal, onReady }) {
  await requireFreePort(address);
  const [urls, configuration] = await Promise.all([
    startServers({ env, progress, signal, own: (server) => servers.push(server) }),
    progress
      .step('Installing the packages', () => installIfNeeded({ signal }))
      .then(() => progress.step('Compiling the sources', () => buildIfStale({ signal })))
      .then(() => checkConfiguration(env)),
  ]);
  signal.throwIfAborted();

  const children = await Promise.all(servers);
  const announce = () =>
    announceService({
      process: identifyProcess(process.pid) ?? { pid: process.pid, started: '' },
      apiUrl: address.url,
      ...urls,
      sourceUrl: env['SOURCE_DATABASE_URL'],
      reportsDir: env['REPORTS_DIR'],
      pids: Object.fromEntries(children.map((child) => [child.name, child.pid()])),
    });
  announce();
  const supervise = (/** @type {Child} */ child) =>
    keepRunning(child, { signal, print: progress.print, onRestart: announce });
  const supervisions = children.map(supervise);

  /** @type {NodeJS.ProcessEnv} */
  const childEnv = { ...env, DATABASE_URL: urls.databaseUrl, ...brokerVariable(env, urls.brokerUrl) };
  if (env['PORT'] === ANY_PORT) childEnv['PORT'] = String(address.port);
  delete childEnv['NODE_OPTIONS']; // .npmrc sets it for Knex only
  const { databaseUrl } = urls.owner;
  const ownerEnv = { ...childEnv, DATABASE_URL: databaseUrl };
  const database = { databaseUrl, env: ownerEnv, isPrivate: !env['DATABASE_URL'], signal };
  await progress.step('Bringing the database up to date', async () => {
    await ensureReachable(database);
    await migrate(database);
  });
  // Posts are seeded only in the service's own database, and only if reports read posts from there.
  const readsOwnPosts = !env['SOURCE_DATABASE_URL'];
  if (readsOwnPosts && env['NODE_ENV'] !== 'production' && (await needsPosts(database))) {
    progress.print('  There are no posts yet: making some.');
    await progress.handOver(() => seed(database));
  }

  for (const name of /** @type {const} */ (['api', 'worker'])) {
    signal.throwIfAborted();
    const app = createAppProcess({ name, env: childEnv, logFolder, print: progress.print });
    apps.push(app.start().then(() => app));
    await apps.at(-1);
    children.push(app);
    supervisions.push(supervise(app));
  }
  announce();
  const supervised = Promise.all(supervisions);
  await Promise.race([
    progress.step('Waiting for the API', () => waitForApi(address.url, signal)),
    supervised.then(() => signal.throwIfAborted()),
  ]);
  progress.print(
    welcome({
      url: address.url,
      logFolder,
      ...configuration,
      sourceUrl: env['SOURCE_DATABASE_URL'],
    }),
  );
  onReady();
  await supervised;
}

/**
 * Rejects `refused` when the output cannot be written, for example on a full disk, so that the start fails. Otherwise
 * npm would end because of the same error, and the service would run unnoticed. A closed pipe (EPIPE) does not make the
 * start fail, and after `accept`, when the service is ready, no error does.
 * @param {NodeJS.WriteStream} stream
 * @returns {{ refused: Promise<never>, accept: () => void }}
 */
function watchOutput(stream) {
  let isUp = false;
  /** @type {Promise<never>} */
  const refused = new Promise((_resolve, reject) => {
    stream.on('error', (error) => {
      if (isUp || errorCode(error) === 'EPIPE') return;
      reject(new Error(`Nothing can be written to the standard output: ${error.message}`));
    });
  });
  refused.catch(() => {}); // the rejection may come before startService awaits it
  return { refused, accept: () => void (isUp = true) };
}

/** @param {Promise<Child>[]} children The promise of a child that failed to start is rejected. */
async function stopAll(children) {
  const settled = await Promise.allSettled(children);
  const started = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  await Promise.all(started.map((child) => child.stop()));
}

/** @param {import('../servers/lock-file.mjs').LockHolder} holder */
function alreadyRunning({ process: { pid }, since, note }) {
  return (
    `The service already runs in this folder: process ${pid}, since ${new Date(since).toLocaleString()}, ` +
    `at ${note?.['url'] ?? 'an unknown address'}. Use that one, or stop it first: kill ${pid}`
  );
}

/**
 * @param {import('../progress.mjs').Progress} progress
 * @param {string} message
 */
function refuseToStart(progress, message) {
  progress.fail(message);
  return 1;
}
