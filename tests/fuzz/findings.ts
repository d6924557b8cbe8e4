import { root } from '../../scripts/project.mjs';
import type { Case } from './cases/case.js';
import type { Answer } from './send.js';

export interface Finding {
  readonly what: string;
  /** The number of the case; undefined when the case is not known. */
  readonly number: number | undefined;
  readonly detail: string;
}

/** Texts that no answer may contain. */
const LEAKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack trace', /\bat [^\n"]{1,200}\.[cm]?[jt]s:\d+:\d+/],
  ['a path of the service', new RegExp(`node_modules/|/dist/[a-z-]+/|${root.replace(/[^\w/-]/g, '\\$&')}`)],
  ['SQL', /\b(?:SELECT .{1,80} FROM|INSERT INTO|UPDATE \S+ SET|DELETE FROM) /],
  ['an error of the database', /\bER_[A-Z_]{5,}\b|You have an error in your SQL syntax/],
  ['an address of a server', /\b(?:mysql|redis|amqp):\/\/[^\s"]*@/],
];

/** Returns the findings in one answer. Status 503 is no finding, because a service may be unavailable for a moment. */
export function findingsOf(
  number: number,
  sent: Case,
  answer: Answer,
  secrets: readonly string[],
): readonly Finding[] {
  const { status, text, answered } = answer;
  const findings: Finding[] = [];
  const note = (what: string, shown = ''): void => {
    const detail = `${shortened(describe(sent))}${shown === '' ? '' : `\n  answered: ${shortened(shown)}`}`;
    findings.push({ what, number, detail });
  };
  if (!answered) note('no answer');
  if (status !== undefined && status >= 500 && status !== 503) note(`status ${status}`, text);
  if (/"code":\s?"INTERNAL"/.test(text)) note('a masked fault', text);
  // HTML pages are not searched for leaks, because GraphiQL's page contains third-party code.
  for (const [what, pattern] of /"text\/html/.test(text.slice(0, 2000)) ? [] : LEAKS) {
    const [leak] = pattern.exec(text) ?? [];
    if (leak !== undefined && !describe(sent).includes(leak)) note(`${what} in an answer`, leak);
  }
  for (const secret of secrets) if (text.includes(secret)) note('a secret in an answer');
  return findings;
}

/** The whole case as text. */
export function describe(sent: Case): string {
  return JSON.stringify(sent);
}

export function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
