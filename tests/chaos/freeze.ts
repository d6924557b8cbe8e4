import { spawn } from 'node:child_process';
import { freezeProcess } from '../support/process-tree.js';

/**
 * Freezes a process. The returned function sends SIGCONT. SIGCONT is also sent when this process ends, because
 * a stopped child does not react to the signal that it gets at its parent's death.
 */
export function freeze(pid: number): () => void {
  const thawer = spawn('/bin/sh', ['-c', 'trap "" INT HUP TERM; read -r _; kill -CONT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  thawer.unref();
  freezeProcess(pid);
  return () => thawer.stdin.end();
}
