import { connectMessaging } from './adapters/connect-messaging.js';
import { createDatabase, type Database } from './adapters/mysql/knex.js';
import { createJobStore } from './adapters/mysql/mysql-job-store.js';
import { createResultStore } from './adapters/mysql/mysql-result-store.js';
import { ThreadReportRunner } from './adapters/threads/thread-report-runner.js';
import { boot, checkDatabase } from './boot.js';
import { createApp } from './http/app.js';
import { createAuthenticator } from './http/auth.js';
import { createGraphQL } from './http/graphql/yoga.js';
import { createMetrics } from './http/metrics.js';
import { createHttpServer } from './http/server.js';
import type { Services } from './http/services.js';
import { newJobId } from './job-id.js';
import { MessageSender } from './jobs/send-message.js';
import { SyncReports } from './jobs/sync-reports.js';
import { JobWatcher } from './jobs/watch-job.js';
import { onShutdown } from './shutdown.js';

/** PROCESS: answers over HTTP and WebSocket: GraphQL, REST, health. */
await boot('api', async (config, logger) => {
  const database = createDatabase(config.databaseUrl);
  await checkDatabase(database, logger);
  const store = createJobStore(database);
  const messaging = connectMessaging({ url: config.brokerUrl, logger });
  const { broker, events } = messaging;
  const runner = new ThreadReportRunner({
    databaseUrl: config.databaseUrl,
    keep: config.syncReportLimit,
    logger,
  });
  const watcher = new JobWatcher({ store, events, logger });
  const syncReports = new SyncReports({
    runner,
    limit: config.syncReportLimit,
    timeoutMs: config.syncTimeoutMs,
  });
  const sender = new MessageSender({ broker, store, logger });
  let isShuttingDown = false;
  const metrics = createMetrics({ store, broker, syncReports, watcher });
  const services: Services = {
    store,
    results: createResultStore(database),
    broker,
    events,
    sender,
    watcher,
    syncReports,
    logger,
    newJobId,
    maxAttempts: config.jobMaxAttempts,
    onAccepted: metrics.countAccepted,
    health: { mysql: () => databaseHealth(database), isShuttingDown: () => isShuttingDown },
  };
  const authenticate = createAuthenticator(config.authTokens);
  const graphql = createGraphQL(services, { authenticate });
  const server = createHttpServer(createApp(services, { authenticate, metrics, graphql }));
  const webSockets = graphql.attachWebSocket(server.node);
  const port = await server.listen(config);
  logger.info({ host: config.host, port, broker: broker.name }, 'API listening');

  // SIGTERM: this process leaves, the service goes on. Ctrl-C: all of it stops, and nobody is to be waited for.
  onShutdown(logger, [
    { name: 'readiness', run: () => void (isShuttingDown = true) },
    { name: 'balancers', run: (signal) => (signal === 'SIGTERM' ? server.linger() : undefined) },
    { name: 'WebSockets', run: () => webSockets.close() },
    { name: 'watcher', run: () => watcher.close() },
    { name: 'HTTP', run: () => server.close() },
    { name: 'report threads', run: () => runner.close() },
    { name: 'messages', run: () => sender.settle() },
    { name: 'messaging', run: () => messaging.close() },
    { name: 'database', run: () => database.close() },
  ]);
});

async function databaseHealth(database: Database): Promise<'up' | 'down' | 'not migrated'> {
  try {
    return (await database.isMigrated()) ? 'up' : 'not migrated';
  } catch {
    return 'down';
  }
}
