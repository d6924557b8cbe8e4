import Negotiator from 'negotiator';
import { ReportsError } from '../../reports/errors.js';
import type { RequestHeaders } from './headers.js';

/**
 * The media type with the greatest weight in `Accept`. Without the header, and among equal weights, the first type.
 *
 * @throws ReportsError NOT_ACCEPTABLE
 */
export function negotiateType<Type extends string>(headers: RequestHeaders, types: readonly Type[]): Type {
  const best = bestType(headers, types);
  if (best !== undefined) return best;
  throw new ReportsError('NOT_ACCEPTABLE', `Accept must allow one of ${types.join(', ')}.`);
}

/** Whether `Accept` prefers HTML to the other types, as it does when a person opens the address in a browser. */
export function prefersPage(headers: RequestHeaders, others: readonly string[]): boolean {
  return headers['accept'] !== undefined && bestType(headers, [...others, 'text/html']) === 'text/html';
}

export type Encoding = 'br' | 'gzip' | 'identity';

/** The encoding with the greatest weight in `Accept-Encoding`; identity without the header. */
export function negotiateEncoding<Offered extends Encoding>(
  headers: RequestHeaders,
  offered: readonly Offered[],
): Offered | 'identity' {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined) return 'identity';
  const best = negotiator({ 'accept-encoding': accepted }).encoding([...offered, 'identity']);
  return offered.find((encoding) => encoding === best) ?? 'identity';
}

/** Returns the type as `negotiateType` does, but undefined when `Accept` allows none of the types. */
export function bestType<Type extends string>(
  headers: RequestHeaders,
  types: readonly Type[],
): Type | undefined {
  // Ignores a charset in `Accept`, because all text is sent in UTF-8.
  const accept = headers['accept']?.replace(/;\s*charset\s*=\s*(?:"[^"]*"|[^;,\s]*)/gi, '').trim();
  if (accept === undefined || accept === '' || accept === '*/*') return types[0];
  const best = negotiator({ accept }).mediaType([...types]);
  return types.find((type) => type === best);
}

function negotiator(headers: Record<string, string>): Negotiator {
  return new Negotiator({ headers });
}
