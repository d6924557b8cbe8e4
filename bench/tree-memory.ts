import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;

/** What a process and all that it started hold in memory, in MB; what they share counts for each of them. */
export async function treeMemoryMb(root: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const kilobytesOf = (pid: number): number =>
    processes.reduce((sum, [own, parent, kilobytes]) => {
      if (own === pid) return sum + kilobytes;
      return parent === pid ? sum + kilobytesOf(own) : sum;
    }, 0);
  return kilobytesOf(root) / 1024;
}

/** The most that they held while something was done, as far as five looks a second tell. */
export async function peakTreeMemoryMb(root: number, doing: Promise<unknown>): Promise<number> {
  const ended = doing.then(
    () => true,
    () => true,
  );
  let peak = 0;
  for (let over = false; !over;) {
    peak = Math.max(peak, await treeMemoryMb(root));
    over = await Promise.race([ended, delay(LOOK_EVERY_MS, false)]);
  }
  await doing;
  return Math.max(peak, await treeMemoryMb(root));
}
