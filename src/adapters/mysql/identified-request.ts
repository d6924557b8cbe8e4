import { hash } from 'node:crypto';
import type { JobRequest } from '../../jobs/ports/job-store.js';

/** A request with the hashes by which it is compared with other requests. */
export interface IdentifiedRequest extends JobRequest {
  readonly filterJson: string;
  /** Hash of kind and filter. */
  readonly filterHash: string;
  /** Hash of requester, kind, definition and filter. One open job can answer all requests with an equal hash. */
  readonly coalesceKey: string;
}

export type RequestWithKey = IdentifiedRequest & { readonly idempotencyKey: string };

export function identify(request: JobRequest): IdentifiedRequest {
  const { kind, definition, filter, requestedBy } = request;
  const filterJson = JSON.stringify(filter);
  return {
    ...request,
    filterJson,
    filterHash: sha256(kind, filterJson),
    coalesceKey: sha256(requestedBy, kind, definition, filterJson),
  };
}

export function hasKey(request: IdentifiedRequest): request is RequestWithKey {
  return request.idempotencyKey !== null;
}

function sha256(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'));
}
