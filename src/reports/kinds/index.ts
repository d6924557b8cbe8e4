import type { ReportKind } from './report-kind.js';
import { postsReport } from './posts-report.js';

/** Every kind of report that the service knows, by its name. */
export const REPORT_KINDS: ReadonlyMap<string, ReportKind> = new Map(
  [postsReport].map((kind) => [kind.name, kind]),
);

/** @throws Error when a job names a kind that this version does not know */
export function getReportKind(name: string): ReportKind {
  const kind = REPORT_KINDS.get(name);
  if (kind === undefined) throw new Error(`There is no report of the kind ${JSON.stringify(name)}.`);
  return kind;
}
