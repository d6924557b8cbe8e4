import type { StartContestant } from './contestant-module.js';

/**
 * The modules that processes of the bench run, by the names that claims use. `subjects/` holds parts of this project,
 * and `yardsticks/` what they are compared with. A process loads only its own module, because other code would add to
 * its measured memory.
 */
export const CONTESTANTS: Readonly<Record<string, () => Promise<StartContestant>>> = {
  attempt: async () => (await import('./subjects/attempt.js')).attempt,
  'count-words': async () => (await import('./subjects/words.js')).countWordsInMemory,
  engine: async () => (await import('./subjects/engine.js')).countWithEngine,
  'engine of days': async () => (await import('./subjects/engine.js')).countDaysWithEngine,
  seed: async () => (await import('./subjects/seed-posts.js')).seedPosts,

  'batch-insert': async () => (await import('./yardsticks/batch-insert.js')).insertInBatches,
  'bee-queue producer': async () => (await import('./yardsticks/queues.js')).beeQueueProducer,
  'bee-queue worker': async () => (await import('./yardsticks/queues.js')).beeQueueWorker,
  'bullmq producer': async () => (await import('./yardsticks/queues.js')).bullMqProducer,
  'bullmq worker': async () => (await import('./yardsticks/queues.js')).bullMqWorker,
  floor: async () => (await import('./yardsticks/floor.js')).readAndDiscard,
  'group-by': async () => (await import('./yardsticks/group-by.js')).countInServer,
  naive: async () => (await import('./yardsticks/naive.js')).countNaively,
  split: async () => (await import('./yardsticks/split.js')).splitWordsInMemory,
  streaming: async () => (await import('./yardsticks/naive.js')).countStreaming,
  'worker with events': async () => (await import('./yardsticks/queues.js')).workerWithEvents,
  'worker with events with rows': async () =>
    (await import('./yardsticks/queues.js')).workerWithEventsAndRows,
};
