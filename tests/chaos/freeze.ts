import { spawn } from 'node:child_process';

/**
 * SIGSTOP; the returned function sends SIGCONT. So does the end of this process, however it comes: a stopped process
 * could not even be ended by the signal that its parent's death sends.
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
