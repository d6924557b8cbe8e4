import type { StartContestant } from './contestant-module.js';
import { attempt } from './subjects/attempt.js';
import { countWithEngine } from './subjects/engine.js';
import { seedPosts } from './subjects/seed-posts.js';
import { countWordsInMemory } from './subjects/words.js';
import { insertInBatches } from './yardsticks/batch-insert.js';
import { readAndDiscard } from './yardsticks/floor.js';
import { countInServer } from './yardsticks/group-by.js';
import { countNaively, countStreaming } from './yardsticks/naive.js';
import { beeQueueProducer, beeQueueWorker, bullMqProducer, bullMqWorker } from './yardsticks/queues.js';
import { splitWordsInMemory } from './yardsticks/split.js';

/** What a process of the bench can run, by the names that claims use: `subjects/` are ours, `yardsticks/` are not. */
export const CONTESTANTS: Readonly<Record<string, StartContestant>> = {
  engine: countWithEngine,
  attempt,
  seed: seedPosts,
  'count-words': countWordsInMemory,
  'batch-insert': insertInBatches,
  floor: readAndDiscard,
  'group-by': countInServer,
  naive: countNaively,
  streaming: countStreaming,
  split: splitWordsInMemory,
  'bee-queue producer': beeQueueProducer,
  'bee-queue worker': beeQueueWorker,
  'bullmq producer': bullMqProducer,
  'bullmq worker': bullMqWorker,
};
