import { cpus, release, totalmem, type as systemType } from 'node:os';

/** What figures are worth depends on where they were taken. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${memory} GiB, ${systemType()} ${release().split('-', 1)[0]}, Node.js ${process.version}`;
}
