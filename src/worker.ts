import { hostname } from 'node:os';
import { ulid } from 'ulid';
import { connectMessaging } from './adapters/connect-messaging.js';
import { DatabaseHealth } from './adapters/mysql/database-health.js';
import { createDatabase } from './adapters/mysql/database.js';
import { createJobStore } from './adapters/mysql/mysql-job-store.js';
import { ThreadReportRunner } from './adapters/threads/thread-report-runner.js';
import { boot, checkDatabase } from './boot.js';
import { Dispatcher } from './jobs/dispatcher.js';
import { LeaseKeeper } from './jobs/lease-keeper.js';
import { MessageSender } from './jobs/message-sender.js';
import { Worker } from './jobs/worker.js';
import { onShutdown } from './shutdown.js';

/** PROCESS: claims and runs jobs, by messages of the broker or by polls of MySQL, and dispatches due jobs. */
await boot('worker', async (config, logger, reports) => {
  const database = createDatabase(config.databaseUrl, { multipleStatements: true });
  await checkDatabase(new DatabaseHealth(database, logger));
  const store = createJobStore(database);
  const messaging = connectMessaging({ url: config.brokerUrl, queueName: config.queueName, logger });
  const { broker, events } = messaging;
  const { sourceUrl, databaseUrl, reportsDir, jobTimeoutMs: readLimitMs, workerConcurrency: keep } = config;
  const runner = new ThreadReportRunner({ sourceUrl, databaseUrl, readLimitMs, reportsDir, keep, logger });
  const self = {
    id: `${hostname()}:${process.pid}:${ulid().slice(-6)}`,
    slots: config.workerConcurrency,
    definitions: reports.fingerprints,
  };
  const leases = new LeaseKeeper({ leases: store, events, logger, worker: self });
  const sender = new MessageSender({ broker, store, logger });
  const dispatcher = new Dispatcher({
    store,
    broker,
    sender,
    events,
    logger,
    jobRetentionSeconds: config.jobRetentionSeconds,
  });
  const worker = new Worker({
    store,
    broker,
    runner,
    leases,
    events,
    logger,
    worker: self,
    retryPolicy: { baseMs: config.retryBaseMs },
    jobTimeoutMs: config.jobTimeoutMs,
    resultTtlSeconds: config.resultTtlSeconds,
  });
  logger.info({ worker: self.id, slots: self.slots, broker: broker.name }, 'worker started');

  onShutdown(logger, [
    { name: 'worker', run: () => worker.stop() },
    { name: 'dispatcher', run: () => dispatcher.stop() },
    { name: 'leases', run: () => leases.close() },
    { name: 'worker row', run: () => store.forgetWorker(self.id) },
    { name: 'report threads', run: () => runner.close() },
    { name: 'messaging', run: () => messaging.close() },
    { name: 'database', run: () => database.close() },
  ]);
});
