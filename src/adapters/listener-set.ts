import type { JobEvent, JobEventListener, Unsubscribe } from '../jobs/ports/job-events.js';
import type { Logger } from '../jobs/ports/logger.js';

/** The listeners of one process on one event bus. When a listener throws, the other listeners still get the event. */
export class ListenerSet {
  readonly #logger: Logger;
  readonly #bus: object;
  readonly #entries = new Set<{ readonly listener: JobEventListener }>();

  #junkSeen = false;

  /** @param bus fields that name the bus in a log line */
  constructor(logger: Logger, bus: object) {
    this.#logger = logger;
    this.#bus = bus;
  }

  add(listener: JobEventListener): Unsubscribe {
    // A new object for each call, so that a listener which is added twice gets each event twice.
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Takes any payload, because other programs can publish on the bus too. */
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

/** Undefined for a payload that is no job event. */
function parseJobEvent(payload: unknown): JobEvent | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { jobId, version } = payload as Record<string, unknown>;
  if (typeof jobId !== 'string' || jobId === '' || jobId.length > 64) return undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) return undefined;
  return { jobId, version };
}
