/** A job, as the REST API returns it. */
export interface JobView {
  readonly job_id: string;
  readonly status: string;
  readonly version: number;
  readonly attempt_count: number;
  readonly max_attempts: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly links: { readonly self: string; readonly events: string; readonly result: string };
}

export interface RestClient {
  /** Requests a report by POST. Resolves with the job in the answer 202. */
  request(body?: object, headers?: Readonly<Record<string, string>>): Promise<JobView>;
  post(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  job(id: string): Promise<JobView>;
  /** Follows the job's events until the job has this status. Rejects when the job ends with another status. */
  waitFor(id: string, status: string): Promise<JobView>;
  rows(id: string): Promise<unknown>;
  graphql<Data>(query: string): Promise<Data>;
  /** Resolves with the status in the answer of `/readyz`: `ok`, `degraded` or `unavailable`. */
  readiness(): Promise<string>;
}

const JOBS = '/api/2.0/report/jobs';
const TERMINAL = ['SUCCEEDED', 'FAILED', 'CANCELED'];

export function createRestClient(url: string): RestClient {
  async function post(
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return await fetch(url + path, { method: 'POST', headers: { ...type, ...headers }, ...content });
  }

  async function job(id: string): Promise<JobView> {
    return await dataOf<JobView>(await fetch(`${url}${JOBS}/${id}`));
  }

  return {
    post,
    job,
    request: async (body, headers) =>
      await dataOf<JobView>(await post('/api/2.0/report/posts', body, headers)),
    async waitFor(id, status) {
      const response = await fetch(`${url}${JOBS}/${id}/events`, { signal: AbortSignal.timeout(25_000) });
      for await (const state of jobStates(response)) {
        if (state.status === status) return state;
        if (TERMINAL.includes(state.status))
          throw new Error(`the job is ${state.status}: ${JSON.stringify(state.error)}`);
      }
      throw new Error(`the events ended before the job was ${status}`);
    },
    rows: async (id) => await dataOf(await fetch(`${url}${JOBS}/${id}/result`)),
    async graphql<Data>(query: string) {
      const answer = (await (await post('/graphql', { query })).json()) as { data: Data; errors?: unknown };
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    },
    readiness: async () => ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status,
  };
}

async function dataOf<Data>(response: Response): Promise<Data> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return (JSON.parse(text) as { data: Data }).data;
}

/** Yields the `data:` of each event as a job. */
async function* jobStates(response: Response): AsyncGenerator<JobView> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1];
      if (data !== undefined) yield JSON.parse(data) as JobView;
    }
  }
}
