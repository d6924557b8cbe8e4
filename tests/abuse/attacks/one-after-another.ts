import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

const STATUSES = ['QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED'];

/** The 63 non-empty sets of job statuses. Each set makes the service count different jobs. */
const CHOICES = Array.from({ length: 2 ** STATUSES.length - 1 }, (_, n) =>
  STATUSES.filter((_status, index) => ((n + 1) & (1 << index)) !== 0).join(' '),
);

const DOCUMENTS = [
  aliased(480, () => 'jobs { totalCount }'),
  aliased(CHOICES.length, (n) => `jobs(status: [${CHOICES[n]}]) { totalCount }`),
  aliased(170, (n) => `jobs(status: ${STATUSES[n % STATUSES.length]}, first: ${n + 1}) { nodes { id } }`),
];

export const oneAfterAnother: Attack = {
  name: '480 equal counts of jobs, 63 and 170 different lists, one request after the other',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 1, (number) => query(DOCUMENTS[number % DOCUMENTS.length] as string)),
};

/** Returns an operation with aliased fields. It must have at most 3,000 tokens, because the service refuses more. */
function aliased(count: number, fieldOf: (n: number) => string): string {
  return `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${fieldOf(n)}`).join(' ')} }`;
}
