import type { JobEvent, JobEventListener, Unsubscribe } from '../jobs/ports/job-events.js';
import type { Logger } from '../jobs/ports/logger.js';

/** The listeners of one process to one bus. One that throws does not keep an event from the others. */
export class ListenerSet {
  readonly #logger: Logger;
  readonly #bus: object;
  readonly #entries = new Set<{ readonly listener: JobEventListener }>();

  #junkSeen = false;

  /** @param bus what a line of the log calls it by */
  constructor(logger: Logger, bus: object) {
    this.#logger = logger;
    this.#bus = bus;
  }

  add(listener: JobEventListener): Unsubscribe {
    // An entry of its own, so that a listener added twice is two.
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** What came over the bus, which others can write to as well. */
  receive(payload: unknown): void {
    const event = parseJobEvent(payload);
    if (event !== undefined) {
      this.#call((listener) => listener.onEvent(event));
    } else if (!this.#junkSeen) {
      this.#junkSeen = true;
      this.#logger.warn(this.#bus, 'something that is no job event came over the bus; ignored');
    }
  }

  gap(): void {
    this.#call((listener) => listener.onGap());
  }

  clear(): void {
    this.#entries.clear();
  }

  #call(deliver: (listener: JobEventListener) => void): void {
    for (const { listener } of [...this.#entries]) {
      try {
        deliver(listener);
      } catch (cause) {
        this.#logger.error({ err: cause }, 'a listener for job events failed');
      }
    }
  }
}

/** Undefined when it is no job event. */
function parseJobEvent(payload: unknown): JobEvent | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { jobId, version } = payload as Record<string, unknown>;
  if (typeof jobId !== 'string' || jobId === '' || jobId.length > 64) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  return { jobId, version };
}
