import { spawn } from 'node:child_process';

/**
 * Sends SIGSTOP; the returned function sends SIGCONT. The end of this process does so too, because a stopped process
 * could not be ended by the signal of its parent's death.
 */
export function freeze(pid: number): () => void {
  const thawer = spawn('/bin/sh', ['-c', 'trap "" INT HUP TERM; read -r _; kill -CONT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  thawer.unref();
  process.kill(pid, 'SIGSTOP');
  return () => thawer.stdin.end();
}
