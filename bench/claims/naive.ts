import { ratioClaim } from './report-ratio.js';

export const naive = ratioClaim({
  name: 'naive',
  says: 'a report is faster than reading all rows at once and split()',
  yardstick: 'naive',
  gate: { atLeast: 6 },
});
