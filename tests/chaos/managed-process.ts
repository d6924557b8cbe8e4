import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnTethered, type TetheredProcess } from '../../scripts/servers/tethered-process.mjs';
import type { Recorder } from './history.js';

export interface ManagedProcessOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logPath: string;
  readonly recorder: Recorder;
}

/** Shorter than the second that the service's own supervisor takes at most. */
const RESTART_MS = 400;

/** A process of the service that is restarted whenever it ends, on the same address. */
export class ManagedProcess {
  readonly name: string;
  /** Log lines of attempts that were fenced. */
  fenced = 0;
  readonly #options: ManagedProcessOptions;
  readonly #log: WriteStream;
  #run: TetheredProcess | undefined;
  #signaled = new Set<number>();
  #stopping = false;
  #ended = Promise.resolve();

  constructor(options: ManagedProcessOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logPath);
  }

  async start(): Promise<void> {
    const { args, cwd, env } = this.#options;
    const run = await spawnTethered(process.execPath, args, { cwd, env });
    this.#run = run;
    for (const output of [run.stdout, run.stderr]) if (output) this.#follow(output);
    this.#ended = this.#restartAfter(run);
  }

  get pid(): number | undefined {
    return this.#run?.running ? this.#run.pid : undefined;
  }

  /** Sends a signal that ends the process. False when it is down already. */
  end(signal: 'SIGKILL' | 'SIGTERM'): boolean {
    const run = this.#run;
    if (!run?.running) return false;
    this.#signaled.add(run.pid);
    run.kill(signal);
    return true;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const force = setTimeout(() => this.end('SIGKILL'), 9000);
    // It may be starting again at this moment.
    for (let ended; ended !== this.#ended;) {
      ended = this.#ended;
      this.end('SIGTERM');
      await ended;
    }
    clearTimeout(force);
    this.#log.end();
  }

  async #restartAfter(run: TetheredProcess): Promise<void> {
    const { code, signal } = await run.exited;
    const wanted = this.#signaled.delete(run.pid);
    this.#options.recorder.exit({ process: this.name, pid: run.pid, code, signal, wanted });
    if (this.#stopping) return;
    await delay(RESTART_MS);
    if (!this.#stopping) await this.start();
  }

  #follow(output: NodeJS.ReadableStream): void {
    createInterface({ input: output }).on('line', (line) => {
      if (line.includes('attempt fenced')) this.fenced += 1;
      this.#log.write(`${line}\n`);
    });
  }
}
