import { graphql, HttpClient, type Answer, type Request } from '../../bench/http-client.js';
import { askSteadily, type Latency } from '../../bench/probe.js';

const RATE = 20;
/** So many connections that no request waits for a free one while the API answers. */
const CONNECTIONS = 40;

const SMALL_JOB = `mutation {
  requestPostsReport(input: { filter: { userIds: [1, 2, 3] } }) { job { id status } userErrors { code } }
}`;

/** A client of another viewer. It sends four kinds of cheap requests in turn, and expects each to be served. */
export class HonestClient {
  readonly #client: HttpClient;
  readonly #authorization: string;
  #requests: readonly Request[] = [];
  #next = 0;
  #firstFailure: string | undefined;

  constructor(url: string, token: string) {
    this.#client = new HttpClient(url, CONNECTIONS);
    this.#authorization = `Bearer ${token}`;
  }

  /**
   * Requests each page that the service creates at its first request. Also creates the job that all later measurements
   * read.
   */
  async begin(): Promise<void> {
    for (const path of ['/graphql', '/api/1.0/report/posts', '/openapi.json'])
      await this.#send({ method: 'GET', path, headers: { accept: 'text/html, */*;q=0.1' } });
    const { text } = await this.#send(graphql(SMALL_JOB));
    const { data } = JSON.parse(text) as { data: { requestPostsReport: { job: { id: string } } } };
    this.#requests = [
      { method: 'GET', path: `/api/2.0/report/jobs/${data.requestPostsReport.job.id}` },
      graphql(SMALL_JOB),
      graphql('{ jobs(first: 20) { nodes { id status createdAt } } }'),
      { method: 'GET', path: '/healthz' },
    ];
  }

  async measure(seconds: number): Promise<Latency> {
    return await askSteadily(
      async () => {
        const request = this.#requests[(this.#next += 1) % this.#requests.length] as Request;
        const outcome = await this.#send(request).catch(String);
        if (typeof outcome !== 'string' && isServed(outcome)) return true;
        this.#firstFailure ??= `${request.path}: ${JSON.stringify(outcome).slice(0, 300)}`;
        return false;
      },
      { rate: RATE, seconds },
    );
  }

  /** Returns the first answer since the previous call that was an error. */
  takeFailure(): string | undefined {
    const failure = this.#firstFailure;
    this.#firstFailure = undefined;
    return failure;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #send(request: Request): Promise<Answer> {
    const headers = { ...request.headers, authorization: this.#authorization };
    return this.#client.send({ ...request, headers });
  }
}

function isServed({ status, text }: Answer): boolean {
  return status === 200 && !/"(?:errors|userErrors)":\[\{/.test(text);
}
