import type { Broker } from '../jobs/ports/broker.js';
import type { JobEvents } from '../jobs/ports/job-events.js';
import type { ReportRunner } from '../jobs/ports/report-runner.js';
import { MessageSender } from '../jobs/message-sender.js';
import { MAX_OBSERVERS_OF_REQUESTER } from '../jobs/observer-count.js';
import { JobReads } from './job-reads/job-reads.js';
import { LargeAnswers } from './large-answers.js';
import { SyncReports } from '../jobs/sync-reports.js';
import { JobWatcher, type JobWatcherDeps } from '../jobs/job-watcher.js';
import { createApp, type AppOptions } from './app.js';
import type { WebSocketEndpoint } from './graphql/web-socket.js';
import { createGraphQL } from './graphql/graphql-route.js';
import { createMetrics } from './metrics.js';
import { Pace } from './pace.js';
import type { Services } from './services.js';
import { createAuthenticator, type AuthToken } from './web/auth.js';
import type { Kernel } from './web/kernel.js';
import { createSite } from './web/site.js';

/** The parts that the process provides: its stores, its messaging, and the runner of reports. */
export interface AppPorts extends Pick<
  Services,
  'reports' | 'store' | 'results' | 'logger' | 'newJobId' | 'health'
> {
  readonly broker: Pick<Broker, 'name' | 'isUp' | 'send'>;
  readonly events: Pick<JobEvents, 'publish' | 'subscribe'>;
  readonly runner: Pick<ReportRunner, 'run'>;
}

export interface AppSettings extends Pick<AppOptions, 'keepAliveMs'>, Pick<JobWatcherDeps, 'maxObservers'> {
  /** How long the data for queue positions and estimates is cached, in milliseconds. */
  readonly workloadMs?: number;
  readonly authTokens: readonly AuthToken[];
  readonly publicUrl?: string | undefined;
  readonly corsOrigins?: readonly string[];
  readonly graphiql: boolean;
  readonly introspection: 'everyone' | 'operators';
  readonly syncReportLimit: number;
  readonly syncTimeoutMs: number;
  readonly jobMaxAttempts: number;
  /** The maximum number of open jobs per requester. */
  readonly maxOpenJobs: number;
}

export interface ComposedApp {
  readonly app: Kernel;
  /** Part of `app`, returned so that the caller can close its connections. */
  readonly webSockets: WebSocketEndpoint;
  readonly services: Services;
}

/**
 * Builds REST and GraphQL on implementations of the ports. `api.ts` serves the result over HTTP; tests call it
 * directly.
 */
export function composeApp(ports: AppPorts, settings: AppSettings): ComposedApp {
  const { broker, logger, store } = ports;
  const { syncReportLimit: limit, syncTimeoutMs: timeoutMs } = settings;
  const syncReports = new SyncReports({ runner: ports.runner, limit, timeoutMs });
  const isOpen = settings.authTokens.length === 0; // all callers are one requester
  const maxObservers = settings.maxObservers ?? (isOpen ? undefined : MAX_OBSERVERS_OF_REQUESTER);
  const watcher = new JobWatcher({ ...ports, maxObservers });
  const metrics = createMetrics({ store, broker, syncReports, watcher });
  const services: Services = {
    ...ports,
    reads: new JobReads({ ...ports, workloadMs: settings.workloadMs }),
    largeAnswers: new LargeAnswers({ isOneRequester: isOpen }),
    pace: new Pace(),
    sender: new MessageSender({ broker, store, logger }),
    watcher,
    syncReports,
    maxAttempts: settings.jobMaxAttempts,
    maxOpenJobs: settings.maxOpenJobs,
    onAccepted: metrics.countAccepted,
  };
  const authenticate = createAuthenticator(settings.authTokens);
  const { publicUrl, corsOrigins } = settings;
  const site = createSite({ publicUrl, corsOrigins, isOpen });
  const { route: graphql, webSockets } = createGraphQL(services, { ...settings, authenticate });
  const app = createApp(services, { ...settings, authenticate, site, metrics, graphql });
  return { app, webSockets, services };
}
