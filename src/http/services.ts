import type { Broker } from '../jobs/ports/broker.js';
import type { JobEvents } from '../jobs/ports/job-events.js';
import type { JobReads } from './job-reads/job-reads.js';
import type { LargeAnswers } from './large-answers.js';
import type { Accepted, JobStore } from '../jobs/ports/job-store.js';
import type { Logger } from '../jobs/ports/logger.js';
import type { ResultStore } from '../jobs/ports/result-store.js';
import type { MessageSender } from '../jobs/message-sender.js';
import type { Pace } from './pace.js';
import type { ReportCatalog } from '../reports/report-catalog.js';
import type { SyncReports } from '../jobs/sync-reports.js';
import type { JobWatcher } from '../jobs/job-watcher.js';

/** The services that GraphQL and REST use. Each use case declares the services that it needs. */
export interface Services {
  readonly reports: ReportCatalog;
  readonly store: JobStore;
  readonly results: ResultStore;
  readonly reads: JobReads;
  readonly largeAnswers: LargeAnswers;
  readonly pace: Pace;
  readonly broker: Pick<Broker, 'name' | 'isUp'>;
  readonly events: Pick<JobEvents, 'publish'>;
  readonly sender: MessageSender;
  readonly watcher: JobWatcher;
  readonly syncReports: SyncReports;
  readonly logger: Logger;
  readonly newJobId: () => string;
  /** The value of JOB_MAX_ATTEMPTS. */
  readonly maxAttempts: number;
  /** The value of MAX_OPEN_JOBS. */
  readonly maxOpenJobs: number;
  readonly health: HealthProbe;
  /** Counts accepted requests of GraphQL and REST; see `createMetrics`. */
  readonly onAccepted: (outcome: Accepted['outcome']) => void;
}

/** `unusable`: the database refuses a setting or a right that the service needs. The log names the setting or right. */
export type MySqlState = 'up' | 'down' | 'not migrated' | 'read-only' | 'unusable';

interface HealthProbe {
  /** Never rejects; answers within four seconds. */
  mysql(): Promise<MySqlState>;
  /** The state of the source, if the source is another server. Never rejects; answers within four seconds. */
  source?(): Promise<'up' | 'down'>;
  isShuttingDown(): boolean;
}
