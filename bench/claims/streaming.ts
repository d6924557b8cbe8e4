import { ratioClaim } from './report-ratio.js';

/** Shown beside the naive way: streaming buys memory, hardly any time. */
export const streaming = ratioClaim({
  name: 'streaming',
  says: 'a report beside a Knex stream and split()',
  yardstick: 'streaming',
});
