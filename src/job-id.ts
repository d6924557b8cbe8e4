import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

/**
 * Returns a ULID. The random source of ulid 3.0.2 is not used, because it requests each byte from the system
 * separately. This takes as long as a database query.
 */
export function newJobId(): string {
  return ulid(undefined, random);
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** A random number in [0, 1), in steps of 1/256; a ULID's digit has 32 values. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 1;
  return (pool[used - 1] as number) / 256;
}
