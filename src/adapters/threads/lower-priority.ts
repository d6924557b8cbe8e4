import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lowers the priority of the calling thread, so that the event loop's thread gets a core first. Linux gives each thread
 * its own priority (setpriority(2), "C library/kernel differences"). Where a priority belongs to the whole process, or
 * `/proc` does not show the thread's id, nothing changes.
 */
export function lowerPriority(): void {
  try {
    setPriority(
      Number(basename(readlinkSync('/proc/thread-self'))),
      constants.priority.PRIORITY_BELOW_NORMAL,
    );
  } catch {
    // not Linux, or /proc is not mounted: the thread keeps its normal priority
  }
}
