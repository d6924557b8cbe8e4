/**
 * Loaded into each jest worker. When jest has been killed, its workers would run the rest of their test files, which
 * takes minutes: they end at once, and ask the programs that they started to end.
 */
import { readFileSync } from 'node:fs';

process.once('disconnect', end);
// A listener of `disconnect` keeps the process alive. jest ends a worker by removing its own listener of `message`.
process.on('removeListener', (event) => {
  if (event === 'message' && process.listenerCount('message') === 0) process.off('disconnect', end);
});

function end() {
  for (const pid of children()) process.kill(pid, 'SIGTERM');
  process.exit(1);
}

/** Only Linux says which they are. Tethered processes end by themselves on each system. */
function children() {
  try {
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    return pids.trim().split(' ').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}
