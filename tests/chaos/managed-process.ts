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

/** Shorter than the delay of the service's own supervisor, which is at most 1 s. */
const RESTART_MS = 400;

/** A process of the service. It is restarted on the same address whenever it ends. */
export class ManagedProcess {
  readonly name: string;
  /** Number of log lines that say `attempt fenced`. */
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

  /** Sends a signal that ends the process. Returns false if the process is not running. */
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
    // A restart that is under way may replace the process during the wait, so the new one has to end too.
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
