import { expect, test } from '@jest/globals';
import { ObserverCount } from '../../src/jobs/observer-count.js';
import type { Requester } from '../../src/reports/requester.js';

const ADA: Requester = { name: 'ada', role: 'viewer' };
const GRACE: Requester = { name: 'grace', role: 'operator' };

test('counts the observers of all requesters', () => {
  const observers = new ObserverCount();
  const leave = [ADA, ADA, GRACE].map((requester) => observers.enter(requester));
  expect(observers.total).toBe(3);
  for (const one of leave) one();
  expect(observers.total).toBe(0);
});

test('refuses a requester who has as many as they may, until one of theirs has left', () => {
  const observers = new ObserverCount({ ofRequester: 2 });
  observers.enter(ADA);
  const leave = observers.enter(ADA);
  expect(() => observers.enter(ADA)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(observers.total).toBe(2);
  observers.enter(GRACE);
  leave();
  observers.enter(ADA);
  expect(() => observers.enter(ADA)).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  expect(observers.total).toBe(3);
});

test('refuses anyone when there are as many as the process serves, until one has left', () => {
  const observers = new ObserverCount({ inAll: 2 });
  const leave = observers.enter(ADA);
  observers.enter(GRACE);
  expect(() => observers.enter(GRACE)).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', retryAfterSeconds: 1 }),
  );
  leave();
  observers.enter(GRACE);
  expect(observers.total).toBe(2);
});
