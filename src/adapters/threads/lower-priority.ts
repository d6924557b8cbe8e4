import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** The lowest priority of all (nice 19). */
const { PRIORITY_LOW, PRIORITY_BELOW_NORMAL } = constants.priority;

/**
 * Lowers the priority of the calling thread by ten, so that others such as the event loop get the core first. Linux
 * gives each thread a priority of its own (setpriority(2), "C library/kernel differences"), which it inherits from the
 * thread that started it. Where a priority belongs to the whole process, or `/proc` does not show the thread's id,
 * nothing changes.
 */
export function lowerPriority(): void {
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.min(PRIORITY_LOW, getPriority(thread) + PRIORITY_BELOW_NORMAL));
  } catch {
    // not Linux, or /proc is not mounted: the thread keeps its normal priority
  }
}
