import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/project.mjs';
import type { Target, Tally } from './attack.js';

export interface Order {
  readonly attack: string;
  readonly step: 'prepare' | 'run';
  readonly target: Omit<Target, 'tally'>;
}

/** The attacking client. It runs in its own process, so that its work does not delay the honest client's requests. */
export class Attacker {
  readonly #child: ChildProcess;
  readonly #lost: Promise<never>;

  constructor() {
    const env = { ...process.env };
    delete env['NODE_OPTIONS']; // set for jest only
    this.#child = fork(fileURLToPath(new URL('attacker-main.ts', import.meta.url)), {
      cwd: root,
      env,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#lost = once(this.#child, 'exit').then(() => {
      throw new Error('the attacker was lost');
    });
    this.#lost.catch(() => {});
  }

  /** Resolves when the attacker has finished the step of the order. */
  async do(order: Order): Promise<Tally> {
    const answer = once(this.#child, 'message');
    this.#child.send(order);
    const [tally] = (await Promise.race([answer, this.#lost])) as [Tally];
    return tally;
  }

  /** Ends the running attack. */
  endAttack(): void {
    this.#child.send('over');
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
