import type { GenerateOptions } from '../../reports/generate-report.js';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { Report } from '../../reports/report.js';

/** Runs reports without blocking the event loop of the caller. The service runs each report in another thread. */
export interface ReportRunner {
  /**
   * Guarantees: while rows arrive, progress is reported at least every 250 ms. After an abort, the database server
   * stops the query within two seconds, even when the report's own code does not return, and `run` rejects with the
   * signal's reason. Errors that `generateReport` throws keep their class.
   */
  run(task: ReportTask, options: GenerateOptions): Promise<Report>;
  close(): Promise<void>;
}

export interface ReportTask {
  readonly kind: string;
  /** Fingerprint of the report definition of this kind. */
  readonly definition: string;
  /** In canonical form. */
  readonly filter: CanonicalFilter;
}
