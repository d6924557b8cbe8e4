import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Puts the calling thread behind others that want the same core, such as the event loop that answers requests. Linux
 * gives each thread a priority of its own (setpriority(2), "C library/kernel differences"). Where a priority belongs to
 * the whole process, or `/proc` does not say which thread this is, everything stays as it was.
 */
export function lowerPriority(): void {
  try {
    setPriority(
      Number(basename(readlinkSync('/proc/thread-self'))),
      constants.priority.PRIORITY_BELOW_NORMAL,
    );
  } catch {
    // not Linux, or no /proc: reports then take their share of the cores like other threads
  }
}
