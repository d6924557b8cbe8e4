import type { GenerateOptions } from '../../reports/generate-report.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';

/** Runs a report where it holds up nothing else: another thread, in the service. */
export interface ReportRunner {
  /**
   * Guarantees: progress is reported at least every 250 ms while rows arrive; after an abort the query is gone from
   * the server within two seconds, also when the code that counts is stuck, and `run` rejects with the signal's
   * reason; errors of the core arrive with their class.
   */
  run(task: ReportTask, options: GenerateOptions): Promise<Report>;
  close(): Promise<void>;
}

export interface ReportTask {
  readonly kind: string;
  /** Fingerprint of the kind's definition. */
  readonly definition: string;
  /** Canonical. */
  readonly filter: CanonicalFilter;
}
