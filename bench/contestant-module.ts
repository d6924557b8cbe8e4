/** Prepares a contestant: opens connections, loads data. The returned function makes one run. */
export type StartContestant = () => Promise<() => Promise<string | Answer>>;

export interface Answer {
  readonly answer: string;
  /** Figures in addition to the time and memory that the bench measures of every process. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A line that is the same for two equal reports. */
export function digest(rows: Iterable<readonly [userId: number, words: number]>): string {
  let users = 0;
  let words = 0;
  let mixed = 0;
  for (const [userId, count] of rows) {
    users += 1;
    words += count;
    mixed = (mixed + Math.imul(userId | 0, 2_654_435_761) * 31 + count * (userId % 1009)) % 2_147_483_647;
  }
  return `${users} users, ${words} words, mix ${mixed}`;
}

export function databaseUrl(): string {
  return process.env['BENCH_DATABASE_URL'] ?? '';
}
