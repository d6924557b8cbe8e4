/** The service's real processes, for tests that kill, suspend or starve them. The end of the test file kills all. */
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll } from '@jest/globals';
import { buildIfStale } from '../../scripts/build.mjs';
import { root } from '../../scripts/project.mjs';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { spawnTethered, type Exit, type TetheredProcess } from '../../scripts/servers/tethered-process.mjs';
import { freezeProcess } from './process-tree.js';

export interface ServiceProcess {
  readonly pid: number;
  /** All lines that the process has printed so far. */
  readonly lines: readonly string[];
  readonly exited: Promise<Exit>;
  /** Resolves with the first matching line, also one printed before; rejects when the process ends. */
  waitForLine(pattern: RegExp): Promise<string>;
  /** Sends a signal. Resolves when the process has ended; at once for SIGSTOP and SIGCONT. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Sends SIGTERM, and resolves when the process has ended. */
  stop(): Promise<Exit>;
}

export interface ApiProcess extends ServiceProcess {
  /** The API's base URL, without a slash at the end. */
  readonly url: string;
}

interface ProcessOptions {
  /** Must have DATABASE_URL, and REDIS_URL or BROKER_URL. Of the test's own environment the process gets only PATH. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts an API on a free port. Resolves when `/readyz` answers 200. */
export async function startApi({ env }: ProcessOptions): Promise<ApiProcess> {
  const port = await findFreePort();
  const api = await startProcess('api', { PORT: String(port), ...env });
  const url = `http://127.0.0.1:${env['PORT'] ?? port}`;
  await waitUntilReady(url, api);
  return Object.assign(api, { url });
}

/** Resolves when the worker has logged that it started. */
export async function startWorker({ env }: ProcessOptions): Promise<ServiceProcess> {
  const worker = await startProcess('worker', env);
  await worker.waitForLine(/worker started/);
  return worker;
}

/** Resolves as soon as the process exists, which may be before it is ready. */
export async function startProcess(
  name: 'api' | 'worker',
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  await buildIfStale();
  const { PATH = '' } = process.env;
  const child = await spawnTethered(process.execPath, ['--enable-source-maps', `dist/${name}.js`], {
    cwd: root,
    env: { PATH, NODE_ENV: 'test', ...env },
  });
  running.add(child);
  return follow(name, child);
}

const running = new Set<TetheredProcess>();

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([...running].map((child) => child.exited));
  running.clear();
});

function follow(name: string, child: TetheredProcess): ServiceProcess {
  const lines: string[] = [];
  const printed = new EventEmitter();
  for (const output of [child.stdout, child.stderr]) {
    if (!output) continue;
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line);
      printed.emit('line', line);
    });
  }
  const end = child.exited.then(({ code, signal }) => {
    throw new Error(`${name} ended (${signal ?? `exit code ${code}`}):\n${lines.slice(-20).join('\n')}`);
  });
  end.catch(() => {}); // waitForLine() rejects with this error

  return {
    pid: child.pid,
    lines,
    exited: child.exited,
    async waitForLine(pattern) {
      for (;;) {
        const line = lines.find((text) => pattern.test(text));
        if (line !== undefined) return line;
        await Promise.race([once(printed, 'line'), end]);
      }
    },
    async kill(signal) {
      if (signal === 'SIGSTOP') return freezeProcess(child.pid);
      child.kill(signal);
      if (signal !== 'SIGCONT') await child.exited;
    },
    stop() {
      child.kill('SIGTERM');
      return child.exited;
    },
  };
}

async function waitUntilReady(url: string, api: ServiceProcess): Promise<void> {
  const ended = api.exited.then(() => api.waitForLine(NO_LINE)); // rejects with the last lines of the API
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await Promise.race([delay(25), ended]); // the API does not announce that it is ready
  }
}

const NO_LINE = /(?!)/;
