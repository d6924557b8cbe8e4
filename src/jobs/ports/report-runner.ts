import type { GenerateOptions } from '../../reports/generate-report.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';

/** Runs reports where they do not block other work: in the service, in another thread. */
export interface ReportRunner {
  /**
   * Guarantees: progress is reported at least every 250 ms while rows arrive. After an abort the server stops the query
   * within two seconds, even when the code that counts is stuck, and `run` rejects with the signal's reason. Errors of
   * the core keep their class.
   */
  run(task: ReportTask, options: GenerateOptions): Promise<Report>;
  close(): Promise<void>;
}

export interface ReportTask {
  readonly kind: string;
  /** Fingerprint of the kind's definition. */
  readonly definition: string;
  /** In canonical form. */
  readonly filter: CanonicalFilter;
}
