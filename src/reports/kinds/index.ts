import type { ReportFile } from '../report-catalog.js';
import { posts } from './posts.js';
import { postsPerDay } from './posts-per-day.js';

/** The reports that ship. */
export const SHIPPED: readonly ReportFile[] = [
  { file: 'src/reports/kinds/posts.ts', report: posts },
  { file: 'src/reports/kinds/posts-per-day.ts', report: postsPerDay },
];
