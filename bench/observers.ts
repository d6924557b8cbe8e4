import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Request } from './http-client.js';

export type Transport = 'SSE' | 'WebSocket';

export interface Subscribers {
  readonly count: number;
  readonly over: Transport;
  readonly request: Request;
}

/** A process with many subscribers. */
export class Observers {
  readonly #child: ChildProcess;
  readonly #lost: Promise<never>;

  /** Resolves when every subscriber has subscribed. */
  static async connect(
    url: string,
    { count, over, request: { path, body } }: Subscribers,
  ): Promise<Observers> {
    const child = fork(fileURLToPath(new URL('observers-main.mjs', import.meta.url)), {
      execArgv: [],
      env: { PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const observers = new Observers(child);
    const connected = observers.#answer();
    child.send({ url, count, over, path, body: JSON.stringify(body) });
    await connected;
    return observers;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lost = once(child, 'exit').then(() => {
      throw new Error('the observers were lost');
    });
    this.#lost.catch(() => {});
  }

  /** Resets the count of events. `notified` resolves when as many events have arrived as there are subscribers. */
  async expect(): Promise<{ readonly notified: Promise<void> }> {
    const ready = this.#answer();
    this.#child.send('expect');
    await ready;
    return { notified: this.#answer() };
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill();
    await gone;
  }

  async #answer(): Promise<void> {
    await Promise.race([once(this.#child, 'message'), this.#lost]);
  }
}
