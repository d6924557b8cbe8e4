import type { Row } from '../../support/reports.js';

export const ROWS: readonly Row[] = [
  [-3, 20, 1],
  [1, 6380, 116],
  [2, 0, 4],
];
