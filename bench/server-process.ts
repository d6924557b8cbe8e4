import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../scripts/servers/free-port.mjs';

export interface LoopReport {
  /** The longest time for which the event loop was blocked. */
  readonly longestBlockMs: number;
  readonly p99BlockMs: number;
  /** The peak memory of the process. */
  readonly peakRssMb: number;
}

export interface ServerOptions {
  readonly main: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A path that answers with a status below 400 once the server is ready; without it the server has no port. */
  readonly readyPath?: string;
}

const PROBE = fileURLToPath(new URL('loop-probe.mjs', import.meta.url));
const READY_WITHIN_MS = 60_000;

/** A process of the service or a stock server, with a probe that watches its event loop. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  static async start({ main, args = [], env, readyPath }: ServerOptions): Promise<ServerProcess> {
    const port = await findFreePort();
    const { PATH = '' } = process.env;
    const child = fork(main, args, {
      execArgv: ['--import', PROBE],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH, NODE_ENV: 'production', PORT: String(port), ...env },
    });
    const server = new ServerProcess(child, `http://127.0.0.1:${port}`);
    if (readyPath !== undefined) await server.#untilReady(readyPath);
    return server;
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts the measurement of the event loop for the next `report`. */
  begin(): void {
    this.#child.send('bench: begin');
  }

  async report(): Promise<LoopReport> {
    const answer = once(this.#child, 'message');
    this.#child.send('bench: report');
    const [report] = (await answer) as [LoopReport];
    return report;
  }

  async stop(): Promise<void> {
    if (this.#isOver()) return;
    const gone = once(this.#child, 'exit');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    this.#child.kill('SIGINT'); // on SIGTERM an API keeps responding for two seconds, for a load balancer
    await gone;
    clearTimeout(force);
  }

  async #untilReady(path: string): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const response = await fetch(`${this.url}${path}`).catch(() => undefined);
      await response?.arrayBuffer();
      if (response !== undefined && response.status < 400) return;
      if (this.#isOver() || performance.now() > giveUpAt) {
        await this.stop();
        throw new Error('a server of the bench did not become ready');
      }
      await delay(25);
    }
  }

  #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
