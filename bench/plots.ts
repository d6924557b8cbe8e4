import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barPlot, linePlot, type Series } from './plot.js';
import type { Result } from './result.js';
import type { Row } from './claim.js';

/** Draws what a result has the figures for; the answer has the files by the names of their plots. */
export function writePlots(result: Result, folder: string): Map<string, string> {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, string>();
  for (const [name, svg] of Object.entries(plotsOf(result))) {
    const path = join(folder, `${name}.svg`);
    writeFileSync(path, svg);
    files.set(name, path);
  }
  return files;
}

export function plotsOf(result: Result): Record<string, string> {
  const growth = rowsOf(result, 'growth');
  const doors = rowsOf(result, 'both-doors');
  const responsive = rowsOf(result, 'responsive');
  return {
    ...(growth.length > 0 && {
      'growth-time': linePlot({
        title: 'A report over more and more posts',
        x: 'posts',
        y: 'milliseconds',
        series: growing(growth, 'ms'),
      }),
      'growth-memory': linePlot({
        title: 'What its process holds in memory at most',
        x: 'posts',
        y: 'MB',
        series: growing(growth, 'peakMb'),
      }),
    }),
    ...(doors.length > 0 && {
      'both-doors': barPlot({
        title: 'Everybody else while four people ask for reports',
        y: 'p99 in milliseconds',
        bars: doors.map(({ name, figures }) => [afterColon(name), figures['othersP99Ms'] ?? 0]),
      }),
    }),
    ...(responsive.length > 0 && {
      responsive: barPlot({
        title: 'Everybody else at the API while a report runs',
        y: 'p99 in milliseconds',
        bars: [
          ['idle', responsive[0]?.figures['idleP99Ms'] ?? 0] as const,
          ...responsive.map(({ name, figures }) => [afterColon(name), figures['p99Ms'] ?? 0] as const),
        ],
      }),
    }),
  };
}

function rowsOf({ claims }: Result, name: string): readonly Row[] {
  return (claims.find((claim) => claim.name === name)?.rows ?? []).filter(
    ({ outcome }) => outcome !== 'failed',
  );
}

/** From rows that are named `growth: engine, 5,000 posts`. */
function growing(rows: readonly Row[], figure: string): Series[] {
  const names = [...new Set(rows.map(({ name }) => afterColon(name)))];
  return names.map((name) => ({
    name,
    points: rows
      .filter((row) => afterColon(row.name) === name)
      .flatMap(({ figures }) => {
        const [x, y] = [figures['posts'], figures[figure]];
        return x === undefined || y === undefined ? [] : [[x, y] as const];
      }),
  }));
}

/** `naive` of `both-doors: naive, in the API’s loop`. */
function afterColon(name: string): string {
  return name.replace(/^[^:]*: /, '').replace(/,.*$/, '');
}
