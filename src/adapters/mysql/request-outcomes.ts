import type { Accepted } from '../../jobs/ports/job-store.js';
import type { IdentifiedRequest } from './identified-request.js';

type Outcome = PromiseSettledResult<Accepted>;

/** The outcomes of a batch of requests, as far as they are decided. */
export class RequestOutcomes {
  readonly #requests: readonly IdentifiedRequest[];
  readonly #decided = new Map<IdentifiedRequest, Outcome>();

  constructor(requests: readonly IdentifiedRequest[]) {
    this.#requests = requests;
  }

  /** The requests without an outcome. */
  pending(): readonly IdentifiedRequest[] {
    return this.#requests.filter((request) => !this.#decided.has(request));
  }

  get(request: IdentifiedRequest): Outcome | undefined {
    return this.#decided.get(request);
  }

  accept(request: IdentifiedRequest, value: Accepted): void {
    this.#decided.set(request, { status: 'fulfilled', value });
  }

  reject(request: IdentifiedRequest, reason: Error): void {
    this.#decided.set(request, { status: 'rejected', reason });
  }

  /** In the order of the requests; to be called when none is pending. */
  all(): readonly Outcome[] {
    return this.#requests.map((request) => this.#decided.get(request) as Outcome);
  }
}
