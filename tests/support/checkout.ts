/**
 * A copy of the project in a new folder, so that tests of its commands do not meet a service that runs in this
 * checkout.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { buildIfStale } from '../../scripts/build.mjs';
import { root } from '../../scripts/project.mjs';
import { findFreePort } from '../../scripts/servers/free-port.mjs';
import { identifyProcess } from '../../scripts/servers/process-identity.mjs';
import { findRunningService, type RunningService } from '../../scripts/service-urls.mjs';

export interface Checkout {
  readonly dir: string;
  /** The running service, as `npm start` describes it for other commands. */
  service(): RunningService;
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Command;
  remove(): void;
}

export interface Command {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Everything that the command has printed so far. */
  output(): string;
  waitForOutput(pattern: RegExp): Promise<void>;
  /** Resolves with the command's exit code; null when a signal ended the command. */
  readonly ended: Promise<number | null>;
}

const NOT_COPIED = new Set(['.git', '.local', 'node_modules', 'dist', 'coverage', 'tests', 'docs', 'bench']);

/** @param options.compiled false: the copy has no `dist`, like a fresh clone, so that its first start compiles it */
export async function createCheckout({ compiled = true } = {}): Promise<Checkout> {
  if (compiled) await buildIfStale();
  const dir = mkdtempSync(join(tmpdir(), 'posts-report-checkout-'));
  for (const name of readdirSync(root)) {
    if (!NOT_COPIED.has(name) || (compiled && name === 'dist'))
      cpSync(join(root, name), join(dir, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  return {
    dir,
    service() {
      const service = findRunningService(join(dir, '.local'));
      if (!service) throw new Error('No service runs in this checkout');
      return service;
    },
    run: (command, args, env = {}) => run(dir, command, args, env),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The environment of a new user, with a free port and few posts. It names no server, so `npm start` starts its own. */
export async function startEnvironment(): Promise<Record<string, string>> {
  return { PORT: String(await findFreePort()), SEED_POSTS: '50' };
}

/** Resolves when none of these processes exists any more. It polls, because they are not children of the test. */
export async function waitUntilGone(pids: readonly (number | undefined)[]): Promise<void> {
  const isThere = (pid: number | undefined) => pid !== undefined && identifyProcess(pid) !== undefined;
  while (pids.some(isThere)) await delay(20);
}

function run(
  dir: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Command {
  const { PATH = '', HOME = '', XDG_CACHE_HOME = '', NODE_EXTRA_CA_CERTS = '' } = process.env;
  const child = spawn(command, args, {
    cwd: dir,
    env: { PATH, HOME, XDG_CACHE_HOME, NODE_EXTRA_CA_CERTS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const more = new EventEmitter();
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on('line', (line) => {
      printed += `${line}\n`;
      more.emit('more');
    });
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return {
    process: child,
    pid: Number(child.pid),
    output: () => printed,
    async waitForOutput(pattern) {
      const early = ended.then((code) => {
        if (!pattern.test(printed)) throw new Error(`${command} ended with ${code}:\n${printed}`);
      });
      while (!pattern.test(printed)) await Promise.race([once(more, 'more'), early]);
    },
    ended,
  };
}
