import { expect, test } from '@jest/globals';
import {
  isConflict,
  isConnectionLost,
  isDuplicateKey,
  isDatabaseUnavailable,
  toReportsError,
} from '../../src/adapters/mysql/database-errors.js';
import { DeadlineError } from '../../src/adapters/mysql/session-errors.js';
import { ReportsError } from '../../src/reports/errors.js';

function databaseError(given: { code?: string; errno?: number; message?: string }): Error {
  return Object.assign(new Error(given.message ?? 'it failed'), given);
}

test.each([
  ['no code', { message: "ROLLBACK - Can't add new command when connection is in closed state" }],
  ['a lost connection', { code: 'PROTOCOL_CONNECTION_LOST' }],
  ['a reset', { code: 'ECONNRESET' }],
  ['a killed query', { errno: 1317 }],
  ['a killed connection', { errno: 1927 }],
  ['a shutdown', { errno: 1053 }],
])('%s leaves the outcome open', (_, given) => {
  expect(isConnectionLost(databaseError(given))).toBe(true);
  expect(isDatabaseUnavailable(databaseError(given))).toBe(true);
});

test.each([
  ['refused', { code: 'ECONNREFUSED' }],
  ['full disk', { errno: 1021 }],
  ['full table', { errno: 1114 }],
  ['read-only', { errno: 1290 }],
  ['too many connections', { errno: 1040 }],
  ['missing tables', { errno: 1146 }],
  ['an exhausted pool', { message: 'Knex: Timeout acquiring a connection. The pool is probably full.' }],
  ['a connection that took too long', { message: 'operation timed out for an unknown reason' }],
])('%s is unavailable, and certainly did nothing', (_, given) => {
  expect(isDatabaseUnavailable(databaseError(given))).toBe(true);
  expect(isConnectionLost(databaseError(given))).toBe(false);
});

test.each([1205, 1213])('error %s is a conflict, to be tried again', (errno) => {
  expect(isConflict(databaseError({ errno }))).toBe(true);
});

test('a mistake in a statement is neither', () => {
  const mistake = databaseError({ errno: 1064, code: 'ER_PARSE_ERROR' });

  expect(isDatabaseUnavailable(mistake)).toBe(false);
  expect(isDuplicateKey(databaseError({ errno: 1062 }))).toBe(true);
  expect(toReportsError(mistake)).toBe(mistake);
});

test('a temporary error becomes ServiceUnavailableError with its cause, and errors of the core stay as they are', () => {
  const cause = new DeadlineError();
  const own = new ReportsError('IDEMPOTENCY_KEY_REUSED', 'used before');

  expect(toReportsError(cause)).toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause });
  expect(toReportsError(own)).toBe(own);
});
