import { ReportsError } from '../../reports/errors.js';
import type { RequestHeaders } from './headers.js';

/**
 * What makes work is not for a page of another site. CORS does not see to that: a GET, and a POST without a body, are
 * sent without a preflight, and only the answer is kept from the page.
 *
 * @throws ReportsError FORBIDDEN
 */
export function refuseForeignPages(headers: RequestHeaders): void {
  if (headers['sec-fetch-site'] === 'cross-site')
    throw new ReportsError('FORBIDDEN', 'A page of another site may not ask for this.');
}
