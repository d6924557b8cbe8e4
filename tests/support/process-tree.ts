/** Who has been started by whom; for Linux, where `/proc` says it. */
import { readdirSync, readFileSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  /** Program and arguments. */
  readonly command: string;
}

/** Everything that a process has started, and what that has started, as of now. */
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

/** Everything that was given this text in its environment, whoever its parent is now. */
export function processesToldOf(text: string): readonly RunningProcess[] {
  return runningPids()
    .filter((pid) => read(`/proc/${pid}/environ`).includes(text))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

function runningPids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function parentOf(pid: number): number | undefined {
  // The second field is the program's name in brackets and may hold anything.
  const stat = read(`/proc/${pid}/stat`);
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return Number.isInteger(parent) ? parent : undefined;
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim();
}

/** Empty for one that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
