import { graphql, type HttpClient } from '../http-client.js';

/** Receives the ends of jobs from a `reportCompleted` subscription over SSE. */
export class Ends {
  readonly #client: HttpClient;
  readonly #hangUp = new AbortController();
  readonly #ended = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #opened: Promise<void> | undefined;

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** Resolves once the subscription is active. */
  listening(): Promise<void> {
    this.#opened ??= new Promise<void>((resolve, reject) => {
      this.#listen(resolve).catch(reject);
    });
    return this.#opened;
  }

  async of(id: string): Promise<void> {
    if (this.#ended.delete(id)) return;
    await new Promise<void>((resolve) => this.#waiting.set(id, resolve));
  }

  close(): void {
    this.#hangUp.abort();
  }

  async #listen(opened: () => void): Promise<void> {
    const request = graphql('subscription { reportCompleted { id status } }');
    let rest = '';
    try {
      const stream = this.#client.stream(
        { ...request, headers: { accept: 'text/event-stream' } },
        this.#hangUp.signal,
      );
      for await (const chunk of stream) {
        opened(); // both servers begin a stream with a comment
        const events = (rest + chunk).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) this.#take(event);
      }
    } catch (error) {
      if (!this.#hangUp.signal.aborted) throw error;
    }
  }

  #take(event: string): void {
    const [, id] = /"reportCompleted":\{"id":"(\w+)"/.exec(event) ?? [];
    if (id === undefined) return;
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) this.#ended.add(id);
    else resolve();
    this.#waiting.delete(id);
  }
}
