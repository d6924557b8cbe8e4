import type { Broker } from '../jobs/ports/broker.js';
import type { JobEvents } from '../jobs/ports/job-events.js';
import type { ReportRunner } from '../jobs/ports/report-runner.js';
import { MessageSender } from '../jobs/send-message.js';
import { SyncReports } from '../jobs/sync-reports.js';
import { JobWatcher, type JobWatcherDeps } from '../jobs/watch-job.js';
import { createApp, type AppOptions } from './app.js';
import type { WebSocketEndpoint } from './graphql/web-socket.js';
import { createGraphQL } from './graphql/yoga.js';
import { createMetrics } from './metrics.js';
import type { Services } from './services.js';
import { createAuthenticator, type AuthToken } from './web/auth.js';
import type { Kernel } from './web/kernel.js';

/** What the process brings: its stores, its messaging, and where reports run. */
export interface AppPorts extends Pick<
  Services,
  'reports' | 'store' | 'results' | 'logger' | 'newJobId' | 'health'
> {
  readonly broker: Pick<Broker, 'name' | 'isUp' | 'send'>;
  readonly events: Pick<JobEvents, 'publish' | 'subscribe'>;
  readonly runner: Pick<ReportRunner, 'run'>;
}

export interface AppSettings
  extends Pick<AppOptions, 'keepAliveMs' | 'detailsMs'>, Pick<JobWatcherDeps, 'maxObservers'> {
  readonly authTokens: readonly AuthToken[];
  readonly publicUrl?: string | undefined;
  readonly corsOrigins?: readonly string[];
  readonly syncReportLimit: number;
  readonly syncTimeoutMs: number;
  readonly jobMaxAttempts: number;
}

export interface ComposedApp {
  readonly app: Kernel;
  /** Part of `app`. */
  readonly webSockets: WebSocketEndpoint;
  readonly services: Services;
}

/** REST and GraphQL over the ports: what `api.ts` serves, and what tests ask without a port. */
export function composeApp(ports: AppPorts, settings: AppSettings): ComposedApp {
  const { broker, logger, store } = ports;
  const { syncReportLimit: limit, syncTimeoutMs: timeoutMs } = settings;
  const syncReports = new SyncReports({ runner: ports.runner, limit, timeoutMs });
  const watcher = new JobWatcher({ ...ports, ...settings });
  const metrics = createMetrics({ store, broker, syncReports, watcher });
  const services: Services = {
    ...ports,
    sender: new MessageSender({ broker, store, logger }),
    watcher,
    syncReports,
    maxAttempts: settings.jobMaxAttempts,
    onAccepted: metrics.countAccepted,
  };
  const authenticate = createAuthenticator(settings.authTokens);
  const { route: graphql, webSockets } = createGraphQL(services, { authenticate });
  const { authTokens, publicUrl, corsOrigins } = settings;
  const site = { publicUrl, corsOrigins, isOpen: authTokens.length === 0 };
  const app = createApp(services, { ...settings, authenticate, site, metrics, graphql });
  return { app, webSockets, services };
}
