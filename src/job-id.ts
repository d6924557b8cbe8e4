import { randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

/** A ULID. ulid's own source (3.0.2) asks the system for each random byte by itself, which costs as much as a query. */
export function newJobId(): string {
  return ulid(undefined, random);
}

const pool = Buffer.alloc(4096);
let used = pool.length;

/** From 0 up to 1, without 1, in steps of 1/256; a digit has 32 values. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 1;
  return (pool[used - 1] as number) / 256;
}
