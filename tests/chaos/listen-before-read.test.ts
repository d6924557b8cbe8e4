import { expect, test } from '@jest/globals';
import { JobWatcher } from '../../src/jobs/job-watcher.js';
import { findMissedChange, type WatcherClass } from './listen-before-read.js';

test('a watcher listens before it reads', async () => {
  expect(await findMissedChange(JobWatcher as unknown as WatcherClass)).toBeUndefined();
});
