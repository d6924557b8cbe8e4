import { cpus, release, totalmem, type as systemType } from 'node:os';

/** Describes the machine, because figures depend on it. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${memory} GiB, ${systemType()} ${release().split('-', 1)[0]}, Node.js ${process.version}`;
}
