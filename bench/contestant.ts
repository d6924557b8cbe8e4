import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/** The figures of one run. */
export interface Sample {
  /** The duration of the run in milliseconds. Claims compare it by default. */
  readonly ms: number;
  /** A text that is equal for equal results. Some claims require equal answers. */
  readonly answer?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

/** A program that stays alive between its runs: the subject of a claim, or a yardstick. */
export interface Contestant {
  run(): Promise<Sample>;
  close(): Promise<void>;
}

/**
 * The figures that a process reports for one run. The bench itself takes the time, in the same way for all processes.
 */
interface RunReport {
  readonly answer: string;
  /** User and system time of the run. */
  readonly cpuMs: number;
  /** The peak memory of the process. */
  readonly peakRssMb: number;
  readonly figures?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** A Node.js process that runs one of the modules in `contestants.ts`. */
export function nodeContestant(
  main: string,
  name: string,
  env: Readonly<Record<string, string>> = {},
): Contestant {
  const child = fork(main, [name], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production', ...env, NODE_OPTIONS: '' },
  });
  return processContestant(name, child, {
    ask: () => child.send('run'),
    onReport: (listen) => child.once('message', (report) => listen(report as RunReport)),
  });
}

/** A program in another language. It reads lines that say `run`, and replies to each with a line of JSON. */
export function programContestant(path: string, env: Readonly<Record<string, string>>): Contestant {
  const child = spawn(path, [], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return processContestant(path, child, {
    ask: () => child.stdin.write('run\n'),
    onReport: (listen) => lines.once('line', (line) => listen(JSON.parse(line) as RunReport)),
  });
}

/** Longer than any run takes, with any number of posts. */
const RUN_TAKES_MS = 300_000;

interface Conversation {
  readonly ask: () => unknown;
  readonly onReport: (listen: (report: RunReport) => void) => unknown;
}

function processContestant(name: string, child: ChildProcess, { ask, onReport }: Conversation): Contestant {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    run: () =>
      new Promise<Sample>((resolve, reject) => {
        const lost = (code: number | null): void => reject(new Error(`${name} ended with code ${code}`));
        child.once('exit', lost);
        if (isOver()) lost(child.exitCode);
        const overdue = setTimeout(() => reject(new Error(`${name} does not answer`)), RUN_TAKES_MS);
        const startedAt = performance.now();
        onReport(({ answer, cpuMs, peakRssMb, figures, error }) => {
          const ms = performance.now() - startedAt;
          child.off('exit', lost);
          clearTimeout(overdue);
          if (error === undefined) resolve({ ms, answer, figures: { cpuMs, peakRssMb, ...figures } });
          else reject(new Error(`${name}: ${error}`));
        });
        ask();
      }),
    async close() {
      if (isOver()) return;
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
