import Negotiator from 'negotiator';
import { ReportsError } from '../../reports/errors.js';
import { REPORT_FORMATS, type ReportFormat } from './request-schemas.js';

export const MEDIA_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
};

/**
 * The format of a report that suits the caller best, by the quality values of `Accept`; JSON where he does not care.
 *
 * @throws ReportsError NOT_ACCEPTABLE
 */
export function negotiateFormat(headers: Headers): ReportFormat {
  const type = bestType(headers, Object.values(MEDIA_TYPES));
  return REPORT_FORMATS.find((format) => MEDIA_TYPES[format] === type) ?? 'json';
}

/** @throws ReportsError NOT_ACCEPTABLE unless one of the types suits */
export function requireAcceptable(headers: Headers, types: readonly string[]): void {
  bestType(headers, types);
}

/** Whether a page suits better than JSON: what a browser that opens an address says. */
export function prefersPage(headers: Headers): boolean {
  const accept = headers.get('accept');
  return (
    accept !== null && negotiator({ accept }).mediaType(['application/json', 'text/html']) === 'text/html'
  );
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** Which of the encodings the body is sent in, by `Accept-Encoding`; without one as it is. */
export function negotiateEncoding<Offered extends Encoding>(
  headers: Headers,
  offered: readonly Offered[],
): Offered | 'identity' {
  const accepted = headers.get('accept-encoding');
  if (accepted === null) return 'identity';
  const best = negotiator({ 'accept-encoding': accepted }).encoding([...offered, 'identity']);
  return offered.find((encoding) => encoding === best) ?? 'identity';
}

function bestType(headers: Headers, types: readonly string[]): string {
  // All that is sent is UTF-8, whatever character set is asked for beside the type.
  const accept = headers.get('accept')?.replace(/;\s*charset\s*=\s*(?:"[^"]*"|[^;,\s]*)/gi, '');
  const best = negotiator(accept?.trim() ? { accept } : {}).mediaType(types);
  if (best === undefined) {
    throw new ReportsError('NOT_ACCEPTABLE', `Accept must allow one of ${types.join(', ')}.`);
  }
  return best;
}

function negotiator(headers: Record<string, string>): Negotiator {
  return new Negotiator({ headers });
}
