import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { performance } from 'node:perf_hooks';

/** What one run of a subject cost. */
export interface Sample {
  readonly wallMs: number;
  /** User and system time of the subject's process. */
  readonly cpuMs: number;
  /** The most that the process ever held in memory, in MB. */
  readonly peakRssMb: number;
  /** What the run answered; every subject of a claim must answer the same, where the claim says so. */
  readonly answer: string;
}

/** A warm child process that runs one of `subjects/` again and again. */
export class SubjectProcess {
  readonly #child: ChildProcess;

  /** @param argv what the subject's module is given, such as a table's size */
  constructor(subject: string, env: Readonly<Record<string, string>>) {
    this.#child = fork(fileURLToPath(new URL('subjects/main.ts', import.meta.url)), [subject], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
  }

  async run(): Promise<Sample> {
    const startedAt = performance.now();
    return await new Promise<Sample>((resolve, reject) => {
      const lost = (code: number | null): void => reject(new Error(`the subject ended with code ${code}`));
      this.#child.once('exit', lost);
      this.#child.once('message', (message: Omit<Sample, 'wallMs'> & { error?: string }) => {
        this.#child.off('exit', lost);
        const wallMs = performance.now() - startedAt;
        if (message.error === undefined) resolve({ ...message, wallMs });
        else reject(new Error(message.error));
      });
      this.#child.send('run');
    });
  }

  close(): void {
    this.#child.kill();
  }
}
