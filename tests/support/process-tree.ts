/** Processes with their children and threads, read from `/proc` on Linux. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface RunningProcess {
  readonly pid: number;
  /** Program and arguments. */
  readonly command: string;
}

/** All descendants of a process at this moment. */
export function descendantsOf(ancestor: number): readonly RunningProcess[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of runningPids()) {
    const parent = parentOf(pid);
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (childrenOf.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(ancestor).map((pid) => ({ pid, command: commandOf(pid) }));
}

/** Every process whose environment contains this text, even if it has another parent now. */
export function processesWithEnv(text: string): readonly RunningProcess[] {
  return runningPids()
    .filter((pid) => read(`/proc/${pid}/environ`).includes(text))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

/**
 * Nice values of the process's threads, the main thread first. The default is 0; a higher value means less processor
 * time.
 */
export function threadPriorities(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return threads
    .toSorted((a, b) => a - b)
    .map((thread) => Number(fieldsOf(`/proc/${pid}/task/${thread}/stat`)[16]));
}

const FROZEN_WITHIN_MS = 5000;

/**
 * Sends SIGSTOP and waits until no thread of the process runs any more. On a busy machine threads may run for some
 * milliseconds after the signal, and a server could still answer.
 */
export function freezeProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  const giveUpAt = performance.now() + FROZEN_WITHIN_MS;
  while (!isFrozen(pid)) {
    if (performance.now() > giveUpAt) throw new Error(`Process ${pid} still runs after SIGSTOP`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // sleeps 1 ms
  }
}

/** True as well where there is no `/proc`. */
function isFrozen(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/task`)) return true;
  return readdirSync(`/proc/${pid}/task`).every((thread) => {
    const [state = ''] = fieldsOf(`/proc/${pid}/task/${thread}/stat`);
    return 'TtZX'.includes(state); // stopped, traced, or ended
  });
}

function runningPids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function parentOf(pid: number): number | undefined {
  const parent = Number(fieldsOf(`/proc/${pid}/stat`)[1]);
  return Number.isInteger(parent) ? parent : undefined;
}

/**
 * Returns the fields of a `stat` file from the third on. The second field is the program's name in brackets, which may
 * contain spaces and brackets.
 */
function fieldsOf(path: string): readonly string[] {
  const stat = read(path);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
}

/** Returns an empty text when the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
