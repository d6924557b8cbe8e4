import type { AttemptMessage } from '../../jobs/ports/broker.js';

/** Undefined for a body that is no message of the service. */
export function parseAttemptMessage(body: unknown): AttemptMessage | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { jobId, attempt, kind, filter } = body as Record<string, unknown>;
  if (typeof jobId !== 'string' || typeof attempt !== 'number' || typeof kind !== 'string') return undefined;
  if (typeof filter !== 'object' || filter === null) return undefined;
  return { jobId, attempt, kind, filter: filter as AttemptMessage['filter'] };
}
