import type { ApiName } from './fault-plan.js';
import type { Filter, Operation, Outcome, Recorder, Rows, Seen } from './history.js';

export type Protocol = 'rest' | 'graphql';

export interface RequestOptions {
  readonly protocol: Protocol;
  readonly filter: Filter;
  readonly key: string | null;
  readonly maxAgeSeconds: number;
}

const TIMEOUT_MS = 8000;

/** Calls the service over HTTP and records every call. A call is never repeated. */
export class ApiClient {
  readonly #urls: Readonly<Record<ApiName, string>>;
  readonly #recorder: Recorder;

  constructor(urls: Readonly<Record<ApiName, string>>, recorder: Recorder) {
    this.#urls = urls;
    this.#recorder = recorder;
  }

  request(api: ApiName, options: RequestOptions): Promise<Outcome> {
    const { protocol, filter, key, maxAgeSeconds } = options;
    return this.#recorded({ action: 'request', ...options }, () => {
      if (protocol === 'rest') {
        return this.#rest(api, 'POST', '/api/2.0/report/posts', {
          body: { filter, ...(maxAgeSeconds > 0 && { max_age_seconds: maxAgeSeconds }) },
          headers: key === null ? {} : { 'idempotency-key': key },
        });
      }
      const input = {
        filter: {
          userIds: filter.user_ids ?? null,
          createdFrom: filter.created_from ?? null,
          createdTo: filter.created_to ?? null,
        },
        idempotencyKey: key,
        ...(maxAgeSeconds > 0 && { maxAgeSeconds }),
      };
      return this.#mutation(
        api,
        `mutation ($input: RequestPostsReportInput!) {
          answer: requestPostsReport(input: $input) { job { id status version } userErrors { code } }
        }`,
        { input },
      );
    });
  }

  change(api: ApiName, action: 'cancel' | 'retry', protocol: Protocol, jobId: string): Promise<Outcome> {
    return this.#recorded({ action, jobId }, () =>
      protocol === 'rest'
        ? this.#rest(api, 'POST', `/api/2.0/report/jobs/${jobId}/${action}`)
        : this.#mutation(
            api,
            `mutation ($id: ID!) { answer: ${action}Job(id: $id) { job { id status version } userErrors { code } } }`,
            { id: jobId },
          ),
    );
  }

  /** @param waitSeconds value of the header `Prefer: wait=…`, in seconds; 0: no header */
  show(api: ApiName, jobId: string, waitSeconds = 0): Promise<Outcome> {
    const headers: Record<string, string> = waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {};
    return this.#recorded({ action: 'show', jobId }, () =>
      this.#rest(api, 'GET', `/api/2.0/report/jobs/${jobId}`, {
        headers,
        timeoutMs: TIMEOUT_MS + waitSeconds * 1000,
      }),
    );
  }

  result(api: ApiName, jobId: string): Promise<Outcome> {
    return this.#recorded({ action: 'result', jobId }, () =>
      this.#rest(api, 'GET', `/api/2.0/report/jobs/${jobId}/result`, { read: rowsOf }),
    );
  }

  /** Returns the ids of FAILED jobs, newest first; none if the service does not answer. */
  async failedJobs(api: ApiName, first: number): Promise<string[]> {
    try {
      const response = await this.#graphql(api, `{ failedJobs(first: ${first}) { nodes { id } } }`, {});
      const body = (await response.json()) as { data?: { failedJobs?: { nodes: { id: string }[] } } };
      return body.data?.failedJobs?.nodes.map(({ id }) => id) ?? [];
    } catch {
      return [];
    }
  }

  async #recorded(operation: Operation, call: () => Promise<Outcome>): Promise<Outcome> {
    const id = this.#recorder.invoke(operation);
    const outcome = await call().catch(noAnswer);
    this.#recorder.return(id, outcome);
    return outcome;
  }

  async #rest(
    api: ApiName,
    method: string,
    path: string,
    {
      body,
      headers = {},
      timeoutMs = TIMEOUT_MS,
      read = seenOf,
    }: {
      body?: object;
      headers?: Record<string, string>;
      timeoutMs?: number;
      read?: (body: unknown) => Outcome;
    } = {},
  ): Promise<Outcome> {
    const response = await fetch(this.#urls[api] + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer: unknown = await response.json();
    if (response.ok) return read(answer);
    return refusal(response, String((answer as { code?: unknown }).code));
  }

  async #mutation(api: ApiName, query: string, variables: object): Promise<Outcome> {
    const response = await this.#graphql(api, query, variables);
    const body = (await response.json()) as GraphQLAnswer;
    const error = body.errors?.[0];
    if (error !== undefined) return refusal(response, String(error.extensions?.code));
    const answer = body.data?.answer;
    const userError = answer?.userErrors[0];
    if (userError !== undefined) return refusal(response, userError.code);
    if (!answer?.job) return refusal(response, 'NEITHER_JOB_NOR_ERROR');
    const { id, status, version } = answer.job;
    return { phase: 'ok', seen: { jobId: id, status, version } };
  }

  #graphql(api: ApiName, query: string, variables: object): Promise<Response> {
    return fetch(`${this.#urls[api]}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

interface GraphQLAnswer {
  readonly data?: {
    readonly answer?: {
      readonly job: { id: string; status: Seen['status']; version: number } | null;
      readonly userErrors: readonly { code: string }[];
    };
  };
  readonly errors?: readonly { extensions?: { code?: unknown } }[];
}

/** Reads the members of a job's JSON that the suite checks. */
export function parseSeen(job: unknown): Seen & { filter: Filter } {
  const { job_id, status, version, filter } = job as {
    job_id: string;
    status: Seen['status'];
    version: number;
    filter: Record<string, unknown>;
  };
  const given = Object.entries(filter).filter(([, value]) => value !== null);
  return { jobId: job_id, status, version, filter: Object.fromEntries(given) };
}

function seenOf(body: unknown): Outcome {
  const { filter, ...seen } = parseSeen((body as { data: unknown }).data);
  return { phase: 'ok', seen, filter };
}

function rowsOf(body: unknown): Outcome {
  const { data } = body as { data: { user_id: number; total_words: number }[] };
  return { phase: 'ok', rows: data.map((row) => [row.user_id, row.total_words] as const) satisfies Rows };
}

function refusal(response: Response, code: string): Outcome {
  return {
    phase: 'fail',
    httpStatus: response.status,
    code,
    retryAfter: response.headers.has('retry-after'),
  };
}

function noAnswer(error: unknown): Outcome {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // ECONNREFUSED: no process listened, so the request had no effect.
  if (code === 'ECONNREFUSED') return { phase: 'fail', httpStatus: 0, code, retryAfter: false };
  return { phase: 'unknown', reason: code || (error instanceof Error ? error.name : String(error)) };
}
