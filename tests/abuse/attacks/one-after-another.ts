import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

const STATUSES = ['QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELED'];

/** Different lists, so that no two of them are one read. */
function lists(count: number): readonly string[] {
  const all: string[] = [];
  for (let first = 1; all.length < count; first += 1)
    for (const status of STATUSES) all.push(`jobs(status: [${status}], first: ${first}) { totalCount }`);
  return all.slice(0, count);
}

const DOCUMENTS = [
  `{ ${Array.from({ length: 480 }, (_, n) => `a${n}: jobs { totalCount }`).join(' ')} }`,
  `{ ${lists(480)
    .map((field, n) => `a${n}: ${field}`)
    .join(' ')} }`,
  `{ ${lists(480)
    .map((field, n) => `a${n}: ${field.replace('{ totalCount }', '{ nodes { id } }')}`)
    .join(' ')} }`,
];

export const oneAfterAnother: Attack = {
  name: '480 lists of jobs and their counts, one request after the other',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 1, (number) => query(DOCUMENTS[number % DOCUMENTS.length] as string)),
};
