import Negotiator from 'negotiator';
import { ReportsError } from '../../reports/errors.js';
import type { RequestHeaders } from './headers.js';

/**
 * Of the media types the one that `Accept` gives the greatest weight; the first one without the header, and of equals.
 *
 * @throws ReportsError NOT_ACCEPTABLE
 */
export function negotiateType<Type extends string>(headers: RequestHeaders, types: readonly Type[]): Type {
  const best = bestType(headers, types);
  if (best !== undefined) return best;
  throw new ReportsError('NOT_ACCEPTABLE', `Accept must allow one of ${types.join(', ')}.`);
}

/** Whether `Accept` prefers a page to the other types: a browser that opens the address does. */
export function prefersPage(headers: RequestHeaders, others: readonly string[]): boolean {
  return headers['accept'] !== undefined && bestType(headers, [...others, 'text/html']) === 'text/html';
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** Of the encodings the one that `Accept-Encoding` gives the greatest weight; identity without the header. */
export function negotiateEncoding<Offered extends Encoding>(
  headers: RequestHeaders,
  offered: readonly Offered[],
): Offered | 'identity' {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined) return 'identity';
  const best = negotiator({ 'accept-encoding': accepted }).encoding([...offered, 'identity']);
  return offered.find((encoding) => encoding === best) ?? 'identity';
}

/** The same type, or undefined when `Accept` allows none. */
export function bestType<Type extends string>(
  headers: RequestHeaders,
  types: readonly Type[],
): Type | undefined {
  // All text is sent in UTF-8, whatever character set is asked for beside the type.
  const accept = headers['accept']?.replace(/;\s*charset\s*=\s*(?:"[^"]*"|[^;,\s]*)/gi, '').trim();
  if (accept === undefined || accept === '' || accept === '*/*') return types[0];
  const best = negotiator({ accept }).mediaType([...types]);
  return types.find((type) => type === best);
}

function negotiator(headers: Record<string, string>): Negotiator {
  return new Negotiator({ headers });
}
