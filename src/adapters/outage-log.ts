import { onceAMinute } from '../jobs/once-a-minute.js';
import type { Logger } from '../jobs/ports/logger.js';

export interface OutageMessages {
  readonly began: string;
  readonly ended: string;
}

/**
 * Logs an outage when it begins, once a minute while it lasts, and when it ends. Repeated short outages are logged once
 * a minute, too.
 */
export class OutageLog {
  readonly #logEnd: () => void;
  readonly #logBeginning: (cause: unknown) => boolean;
  /** Whether the last line that was logged says that the outage lasts. */
  #lasts = false;

  constructor(logger: Logger, { began, ended }: OutageMessages, fields: object = {}) {
    this.#logBeginning = onceAMinute((cause: unknown) => logger.warn({ ...fields, err: cause }, began));
    this.#logEnd = () => logger.info(fields, ended);
  }

  /** Called each time the outage is noticed. */
  notice(cause: unknown): void {
    if (this.#logBeginning(cause)) this.#lasts = true;
  }

  end(): void {
    if (this.#lasts) this.#logEnd();
    this.#lasts = false;
  }
}
