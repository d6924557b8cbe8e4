import type { RequestHeaders } from '../web/headers.js';
import { negotiateType } from '../web/negotiate.js';

export const REPORT_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
};

/**
 * Media types that a request for a job may accept. The answer is always JSON. The types of reports are allowed too,
 * because some clients send the same `Accept` with every request.
 */
export const JOB_TYPES = Object.values(MEDIA_TYPES);

/**
 * The format of a report that `Accept` prefers; JSON without a preference.
 * @throws ReportsError NOT_ACCEPTABLE
 */
export function negotiateFormat(headers: RequestHeaders): ReportFormat {
  const type = negotiateType(headers, JOB_TYPES);
  return REPORT_FORMATS.find((format) => MEDIA_TYPES[format] === type) ?? 'json';
}
