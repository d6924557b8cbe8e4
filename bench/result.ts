import type { ResultRow } from './claim.js';

/** The result of a run of the bench, as `--json` prints it. */
export interface Result {
  readonly machine: string;
  readonly posts: number;
  readonly pairs: number;
  readonly claims: ClaimResult[];
}

export interface ClaimResult {
  readonly name: string;
  readonly says: string;
  readonly seconds: number;
  readonly rows: readonly ResultRow[];
}

const HEAD = ['what', 'measured', 'gate', 'A/A', ''];

export function textTable(result: Result): string {
  const lines = [HEAD, ...cellsOf(result)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  const padded = lines.map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return ['', machineLine(result), '', ...padded.map((line) => line.trimEnd()), ''].join('\n');
}

export function markdownTable(result: Result): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = cellsOf(result).map((cells) => line(cells.map((cell) => cell.replaceAll('|', '\\|'))));
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows].join('\n');
}

export function machineLine({ machine, posts, pairs }: Result): string {
  return `${machine}; ${posts.toLocaleString('en')} posts, ${pairs} pairs`;
}

function cellsOf({ claims }: Result): string[][] {
  return claims.flatMap(({ rows }) =>
    rows.map(({ name, measured, gate, control, outcome }) => [
      name,
      measured,
      gate,
      control === null ? '–' : control.toFixed(2),
      outcome,
    ]),
  );
}
