import { describe, expect, test } from '@jest/globals';
import { count, defineReport, from, before, key, oneOf, text } from '../../src/reports/define-report.js';
import { BadInputError, ForbiddenError } from '../../src/reports/errors.js';
import { admitFilter } from '../../src/reports/report-definition.js';

const ANN = { name: 'ann', role: 'viewer' } as const;
const NONE = { customers: null, createdFrom: null, createdTo: null };

describe('a filter that authorize', () => {
  test('narrows is the one that the request runs with', () => {
    expect(admit((filter) => ({ ...filter, customers: ['ann'] }))).toEqual({ ...NONE, customers: ['ann'] });
    expect(admit(() => ({ customers: ['ann'] }))).toEqual({ ...NONE, customers: ['ann'] });
  });

  test.each([undefined, null])('answers with %s is forbidden', (answer) => {
    expect(() => admit(() => answer)).toThrow(ForbiddenError);
  });

  test.each<[answer: string, value: unknown]>([
    ['true', true],
    ['false', false],
    ['a list', [['customers', ['ann']]]],
    ['a Map', new Map([['customers', ['ann']]])],
    ['a condition that the report has not', { customer: 'ann' }],
    ['a value of a wrong type', { customers: 'ann' }],
    ['an empty list', { customers: [] }],
  ])('replaces with %s ends the request, and blames the definition', (_, answer) => {
    expect(() => admit(() => answer)).toThrow(/^authorize of the report "orders" must return a filter/);
    expect(() => admit(() => answer)).not.toThrow(BadInputError);
  });

  test('answers with a promise ends the request, also when the promise rejects', async () => {
    expect(() => admit(async () => ({ customers: ['ann'] }))).toThrow(
      'authorize of the report "orders" must not be async.',
    );
    expect(() => admit(async () => await Promise.reject(new Error('late')))).toThrow('must not be async');
    await new Promise(setImmediate);
  });

  test('narrows to a span without a moment is refused to the caller, who set the other end', () => {
    const narrow = (filter: object) => ({ ...filter, createdFrom: '2026-02-01T00:00:00.000Z' });
    expect(() => admit(narrow, { createdTo: '2026-01-01T00:00:00Z' })).toThrow(BadInputError);
  });
});

function admit(authorize: (filter: object) => unknown, input: object = {}) {
  const report = defineReport({
    name: 'orders',
    title: 'Orders',
    description: 'Orders per customer.',
    source: { table: 'orders', columns: { customer: text('customer') } },
    filter: {
      customers: oneOf(text('customer'), {}, 'Of these customers.'),
      createdFrom: from('created_at', 'From then on.'),
      createdTo: before('created_at', 'Before then.'),
    },
    columns: { customer: key.text('The customer.'), orders: count('Orders.') },
    rows: { name: 'customers', most: 1000 },
    aggregate: () => () => {},
    // The cast lets `authorize` return any value, as a definition in JavaScript can.
    authorize: (_requester, filter) => authorize(filter) as typeof filter,
  });
  return admitFilter(report, ANN, input);
}
