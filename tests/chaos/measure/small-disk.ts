import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A disk that is really full, without root and without changing the machine: the server runs in mount and user
 * namespaces of its own, in which its data folder is a small file system in memory. Linux only; a system that allows
 * its users no namespaces (Ubuntu 24.04 with AppArmor's default, most containers) says so, and nothing is measured.
 */

/** A new server's data take 58 MB. The copy is not sparse: what the server has already must not fail later. */
const SIZE_MB = 90;

const MOUNT = `
set -e
data=$1; shift
mkdir -p "$data.small"
mount -t tmpfs -o size=${SIZE_MB}m,mode=700 posts-report "$data.small"
cp -a --sparse=never "$data/." "$data.small/"
mount --bind "$data.small" "$data"
exec "$@" --user=root`;

/** For `startMariaDb`. In its namespace the user is root. */
export function onSmallDisk(data: string): readonly string[] {
  return ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', MOUNT, 'sh', data];
}

/** Takes all space that is left, to the last page. The answer gives it back. */
export function fillDisk(pid: number, data: string): () => void {
  // As that process sees it: outside of its namespace there is no such file system.
  const ballast = join('/proc', String(pid), 'root', data, 'ballast');
  const file = openSync(ballast, 'w');
  for (const size of [1 << 20, 4096]) writeUntilFull(file, Buffer.alloc(size));
  closeSync(file);
  return () => rmSync(ballast);
}

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
