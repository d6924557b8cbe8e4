import { isPromise } from 'node:util/types';

/**
 * Refuses a promise from a function of a definition. Its rejection is dropped, because an unhandled one would end the
 * process.
 */
export function refusePromise(subject: string, answer: unknown): void {
  if (!isPromise(answer)) return;
  answer.catch(() => {});
  throw new TypeError(`${subject} must not be async.`);
}
