import type { JobEvent, JobEventListener, Unsubscribe } from '../reports/ports/job-events.js';
import type { Logger } from '../reports/ports/logger.js';

/** The listeners of one process. One that throws does not keep an event from the others. */
export class ListenerSet {
  readonly #logger: Logger;
  readonly #entries = new Set<{ readonly listener: JobEventListener }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(listener: JobEventListener): Unsubscribe {
    // An entry of its own, so that a listener added twice is two.
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  emit(event: JobEvent): void {
    this.#tell((listener) => listener.onEvent(event));
  }

  gap(): void {
    this.#tell((listener) => listener.onGap());
  }

  clear(): void {
    this.#entries.clear();
  }

  #tell(tell: (listener: JobEventListener) => void): void {
    for (const { listener } of [...this.#entries]) {
      try {
        tell(listener);
      } catch (cause) {
        this.#logger.error({ err: cause }, 'a listener for job events failed');
      }
    }
  }
}
