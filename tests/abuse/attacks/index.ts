import type { Attack } from '../attack.js';
import { costlyJobs } from './costly-jobs.js';
import { documents } from './documents.js';
import { foreignPages } from './foreign-pages.js';
import { introspection } from './introspection.js';
import { manyJobs } from './many-jobs.js';
import { manyStreams } from './many-streams.js';
import { oneAfterAnother } from './one-after-another.js';
import { pipelinedStreams } from './pipelined-streams.js';
import { refusedSubscriptions } from './refused-subscriptions.js';
import { sharedReport } from './shared-report.js';
import { slowReaders } from './slow-readers.js';
import { unreadPings } from './unread-pings.js';

export const ATTACKS: readonly Attack[] = [
  introspection,
  costlyJobs,
  sharedReport,
  documents,
  unreadPings,
  ...slowReaders,
  refusedSubscriptions,
  oneAfterAnother,
  manyStreams,
  pipelinedStreams,
  foreignPages,
  manyJobs,
];
