import { connectMessaging } from './adapters/connect-messaging.js';
import { downUnlessSoon } from './adapters/down-unless-soon.js';
import { DatabaseHealth } from './adapters/mysql/database-health.js';
import { createDatabase } from './adapters/mysql/database.js';
import { createJobStore } from './adapters/mysql/mysql-job-store.js';
import { createSourceCheck, type SourceCheck } from './adapters/mysql/mysql-source-check.js';
import { createResultStore } from './adapters/mysql/mysql-result-store.js';
import { ThreadReportRunner } from './adapters/threads/thread-report-runner.js';
import { boot, checkDatabase, checkSource } from './boot.js';
import { composeApp } from './http/compose-app.js';
import { createHttpServer } from './http/web/server.js';
import { newJobId } from './job-id.js';
import { onShutdown } from './shutdown.js';

/** PROCESS: serves GraphQL, REST and health checks over HTTP and WebSocket. */
await boot('api', async (config, logger, reports) => {
  const database = createDatabase(config.databaseUrl);
  const databaseHealth = new DatabaseHealth(database, logger);
  await checkDatabase(databaseHealth);
  const messaging = connectMessaging({ url: config.brokerUrl, queueName: config.queueName, logger });
  const { broker, events } = messaging;
  const source = createSourceCheck(config.sourceUrl);
  void checkSource(source, reports, logger);
  const { sourceUrl, databaseUrl, reportsDir, syncTimeoutMs: readLimitMs, syncReportLimit: keep } = config;
  const runner = new ThreadReportRunner({ sourceUrl, databaseUrl, readLimitMs, reportsDir, keep, logger });
  let isShuttingDown = false;
  const { app, webSockets, services } = composeApp(
    {
      reports,
      store: createJobStore(database),
      results: createResultStore(database),
      broker,
      events,
      runner,
      logger,
      newJobId,
      health: {
        mysql: () => downUnlessSoon(databaseHealth.check()),
        ...(config.sourceUrl === config.databaseUrl
          ? {}
          : { source: () => downUnlessSoon(sourceHealth(source)) }),
        isShuttingDown: () => isShuttingDown,
      },
    },
    config,
  );
  const server = createHttpServer(app);
  const port = await server.listen(config);
  logger.info({ host: config.host, port, broker: broker.name }, 'API listening');
  if (config.authTokens.length === 0)
    logger.info({}, 'authentication is off: every caller is anonymous and an operator');

  // SIGTERM stops only this process: it continues to answer until load balancers send requests to other processes.
  // Ctrl-C stops all processes of the service immediately.
  onShutdown(logger, [
    { name: 'readiness', run: () => void (isShuttingDown = true) },
    { name: 'balancers', run: (signal) => (signal === 'SIGTERM' ? server.linger() : undefined) },
    { name: 'WebSockets', run: () => webSockets.close() },
    { name: 'watcher', run: () => services.watcher.close() },
    { name: 'HTTP', run: () => server.close() },
    { name: 'report threads', run: () => runner.close() },
    { name: 'messages', run: () => services.sender.drain() },
    { name: 'messaging', run: () => messaging.close() },
    { name: 'source', run: () => source.close() },
    { name: 'database', run: () => database.close() },
  ]);
});

async function sourceHealth(source: SourceCheck): Promise<'up' | 'down'> {
  return await source.ping().then(
    () => 'up',
    () => 'down',
  );
}
