import { BadInputError } from '../reports/errors.js';
import type { CanonicalFilter } from '../reports/canonical-filter.js';
import type { ReportDefinition } from '../reports/report-definition.js';
import type { Accepted, JobRequests } from './ports/job-store.js';
import type { Logger } from './ports/logger.js';
import type { Requester } from '../reports/requester.js';
import { nextMessage, type MessageSender } from './message-sender.js';

interface RequestReportDeps {
  readonly store: JobRequests;
  readonly sender: Pick<MessageSender, 'send'>;
  readonly newJobId: () => string;
  readonly maxAttempts: number;
  readonly maxOpenJobs: number;
  readonly logger: Logger;
  /** Called for every accepted request, for metrics. */
  readonly onAccepted?: (outcome: Accepted['outcome']) => void;
}

/** A request for a report. Only the filter has been checked. */
interface ReportRequest {
  readonly requestId: string;
  readonly report: Pick<ReportDefinition, 'name' | 'fingerprint'>;
  /** The filter that `admitFilter` returned. */
  readonly filter: CanonicalFilter;
  readonly idempotencyKey?: string | null | undefined;
  readonly maxAgeSeconds?: number | null | undefined;
}

/**
 * Accepts a request: checks it, saves a QUEUED job (or finds the job that answers it), then sends the job's message.
 * When the promise resolves, the job is committed.
 *
 * @throws BadInputError; ReportsError IDEMPOTENCY_KEY_REUSED or RATE_LIMITED; ServiceUnavailableError (nothing was
 *   accepted)
 */
export async function requestReport(
  deps: RequestReportDeps,
  requester: Requester,
  request: ReportRequest,
): Promise<Accepted> {
  const accepted = await deps.store.accept({
    id: deps.newJobId(),
    kind: request.report.name,
    definition: request.report.fingerprint,
    filter: request.filter,
    requestedBy: requester.name,
    requestId: request.requestId,
    maxAttempts: deps.maxAttempts,
    maxOpenJobs: deps.maxOpenJobs,
    idempotencyKey: parseIdempotencyKey(request.idempotencyKey),
    maxAgeSeconds: parseMaxAge(request.maxAgeSeconds),
  });
  const { job, outcome } = accepted;
  deps.onAccepted?.(outcome);
  deps.logger.info(
    { requestId: request.requestId, jobId: job.id, requester: requester.name, outcome },
    'request accepted',
  );
  // No event is published, because a job whose id is still unknown has no observers. The message is not awaited,
  // because its outcome does not change the answer.
  if (outcome === 'created') void deps.sender.send(nextMessage(job));
  return accepted;
}

const MAX_AGE_LIMIT_SECONDS = 0x7fffffff;

function parseIdempotencyKey(key: string | null | undefined): string | null {
  if (key === null || key === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new BadInputError(['idempotencyKey'], 'must be 1 to 255 visible ASCII characters.');
  }
  return key;
}

function parseMaxAge(seconds: number | null | undefined): number | null {
  if (seconds === null || seconds === undefined) return null;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_AGE_LIMIT_SECONDS) {
    throw new BadInputError(['maxAgeSeconds'], 'must be a whole number of seconds, 0 or more.');
  }
  return seconds;
}
