import { expect, test } from '@jest/globals';
import { JobWatcher } from '../../src/jobs/job-watcher.js';
import { findDeafMoment, type WatcherClass } from './listen-before-read.js';

test('a watcher listens before it reads', async () => {
  expect(await findDeafMoment(JobWatcher as unknown as WatcherClass)).toBeUndefined();
});
