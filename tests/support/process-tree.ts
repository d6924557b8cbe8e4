/** Processes with their children and threads, read from `/proc` on Linux. */
import { readdirSync, readFileSync } from 'node:fs';

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
