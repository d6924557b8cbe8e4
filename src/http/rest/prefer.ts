import { MAX_WAIT_MS } from '../../jobs/wait-for-job.js';
import type { RequestHeaders } from '../web/headers.js';

const TOKEN = String.raw`[!#$%&'*+\-.^_\`|~\w]+`;
const VALUE = String.raw`(?:${TOKEN}|"(?:[^"\\]|\\.)*")`;
// White space can match in one place only. If two places could match it, a header that does not match would take
// exponential time.
const PARAMETER = String.raw`;\s*(?:${TOKEN}\s*(?:=\s*${VALUE}\s*)?)?`;
const PREFERENCE = String.raw`(${TOKEN})\s*(?:=\s*(${VALUE})\s*)?(?:${PARAMETER})*`;
const LIST = new RegExp(String.raw`^\s*(?:${PREFERENCE})?(?:,\s*(?:${PREFERENCE})?)*$`);

/**
 * The seconds of `Prefer: wait=N` (RFC 7240), at most 60. Undefined when the preference is missing or the header cannot
 * be parsed. The first of several `wait` preferences counts.
 */
export function preferredWait(headers: RequestHeaders): number | undefined {
  const header = headers['prefer'];
  if (header === undefined || header.length > 1000 || !LIST.test(header)) return undefined;
  for (const [, name = '', value = ''] of header.matchAll(new RegExp(PREFERENCE, 'g'))) {
    if (name.toLowerCase() !== 'wait') continue;
    const seconds = /^"?(\d+)"?$/.exec(value)?.[1];
    return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_MS / 1000);
  }
  return undefined;
}

export function preferenceApplied(seconds: number): Record<string, string> {
  return { 'preference-applied': `wait=${seconds}` };
}
