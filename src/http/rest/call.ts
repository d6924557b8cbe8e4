import type { Requester } from '../../reports/requester.js';

/** One request to a REST route, as far as every route needs it read. */
export interface Call {
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly requester: Requester;
  /** Stands in the logs. */
  readonly requestId: string;
  /** Of `…/jobs/{job_id}`; empty elsewhere. */
  readonly jobId: string;
  /** What stands in the place of each `{name}` of the route. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The text of a JSON body; null without one. */
  readonly body: string | null;
}

export type Handler = (call: Call) => Promise<Response> | Response;

export function isHead(request: Request): boolean {
  return request.method === 'HEAD';
}
