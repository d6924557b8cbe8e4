import { ratioClaim } from './report-ratio.js';

export const groupByClaim = ratioClaim({
  name: 'group-by',
  says: 'a report is faster than GROUP BY in the server (which counts other words)',
  yardstick: 'group-by',
  gate: { atLeast: 5 },
  sameAnswer: false,
});
