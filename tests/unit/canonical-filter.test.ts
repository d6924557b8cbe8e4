import { describe, expect, test } from '@jest/globals';
import { parseFilter, type FilterMembers } from '../../src/reports/canonical-filter.js';
import {
  before,
  decimal,
  equals,
  from,
  instant,
  int32,
  int64,
  oneOf,
  text,
} from '../../src/reports/define-report.js';
import { BadInputError } from '../../src/reports/errors.js';
import { posts } from '../../src/reports/kinds/posts.js';
import { caught } from '../support/caught.js';
import { EVERYTHING } from '../support/reports.js';

const MEMBERS: FilterMembers = {
  small: equals(int32('small'), 'One.'),
  large: equals(int64('large'), 'One.'),
  price: equals(decimal('price', { scale: 2 }), 'One.'),
  name: equals(text('name'), 'One.'),
  moment: equals(instant('moment'), 'One.'),
  names: oneOf(text('name_of'), { most: 3 }, 'Some.'),
  prices: oneOf(decimal('price_of', { scale: 2 }), {}, 'Some.'),
  start: from('created_at', 'From.'),
  end: before('created_at', 'Before.'),
  otherEnd: before('paid_at', 'Before.'),
};

describe('the canonical filter of posts', () => {
  test('is what it has always been, byte for byte', () => {
    const given = {
      createdTo: '2026-02-01T00:00:00Z',
      userIds: [3, 1, 3, -0],
      createdFrom: '2026-01-01T01:00:00.1239+01:00',
    };
    expect(JSON.stringify(parseFilter(posts.filter, given))).toBe(
      '{"userIds":[0,1,3],"createdFrom":"2026-01-01T00:00:00.123Z","createdTo":"2026-02-01T00:00:00.000Z"}',
    );
    expect(JSON.stringify(parseFilter(posts.filter, null))).toBe(
      '{"userIds":null,"createdFrom":null,"createdTo":null}',
    );
  });

  test('is one for equal filters', () => {
    const one = parseFilter(posts.filter, {
      userIds: [3, 1, 3, -0],
      createdFrom: '2026-01-01T01:00:00+01:00',
    });
    const two = parseFilter(posts.filter, {
      createdTo: null,
      createdFrom: new Date('2026-01-01'),
      userIds: [0, 1, 3],
    });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
  });

  test('takes absent, null and {} for no condition', () => {
    for (const input of [undefined, null, {}]) expect(parseFilter(posts.filter, input)).toEqual(EVERYTHING);
  });

  test('of a canonical filter is the same', () => {
    const filter = parseFilter(posts.filter, { userIds: [2, 1], createdFrom: '2026-01-01T00:00:00Z' });
    expect(parseFilter(posts.filter, filter)).toEqual(filter);
  });

  test.each([
    [{ userIds: [] }, 'filter.userIds must not be empty'],
    [
      { userIds: Array.from({ length: 1001 }, (_, id) => id) },
      'filter.userIds may have at most 1000 entries',
    ],
    [{ userIds: [1, 2.5] }, 'filter.userIds.1 must be a whole number'],
    [{ userIds: ['1'] }, 'filter.userIds.0 must be a whole number'],
    [{ userIds: [null] }, 'filter.userIds.0 must be a whole number'],
    [{ userIds: [2 ** 31] }, 'filter.userIds.0 must be a whole number'],
    [{ userIds: 7 }, 'filter.userIds must be a list'],
    [{ createdFrom: 'now' }, 'filter.createdFrom must be a date-time'],
    [
      { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-02T00:00:00Z' },
      'filter.createdFrom must be before',
    ],
    [{ userId: 7 }, 'filter.userId is not known; a filter has userIds, createdFrom, createdTo.'],
    [JSON.parse('{"__proto__":7}'), 'filter.__proto__ is not known'],
    [{ constructor: 7 }, 'filter.constructor is not known'],
    [[], 'filter must be an object'],
    ['all', 'filter must be an object'],
  ])('refuses %j', (input, message) => {
    expect(() => parseFilter(posts.filter, input)).toThrow(message);
  });
});

describe('a filter', () => {
  test.each([
    [{ small: -2_147_483_648 }, { small: -2_147_483_648 }],
    [{ small: -0 }, { small: 0 }],
    [{ large: Number.MIN_SAFE_INTEGER }, { large: Number.MIN_SAFE_INTEGER }],
    [{ large: -0 }, { large: 0 }],
    [{ price: 12.5 }, { price: 12.5 }],
    [{ price: -0 }, { price: 0 }],
    [{ price: 1.15 }, { price: 1.15 }],
    [{ name: ' Ädä\0 "🙂" ' }, { name: ' Ädä\0 "🙂" ' }],
    [{ name: '' }, { name: '' }],
    [{ moment: '2026-01-01T01:00:00+01:00' }, { moment: '2026-01-01T00:00:00.000Z' }],
    [{ names: ['b', 'a ', 'B', 'a', 'b'] }, { names: ['B', 'a', 'a ', 'b'] }],
    [{ prices: [2, 0.1, 2, -0, 0] }, { prices: [0, 0.1, 2] }],
    [{ otherEnd: '2000-01-01T00:00:00Z', start: '2026-01-01T00:00:00Z' }, {}],
  ])('takes %j', (input, expected) => {
    const members = 'names' in input ? { names: oneOf(text('name_of'), {}, 'Some.') } : MEMBERS;
    const filter = parseFilter(members, input);
    expect(filter).toMatchObject(expected);
    expect(Object.keys(filter)).toEqual(Object.keys(members));
    expect(JSON.stringify(filter)).not.toContain('-0,');
    for (const value of Object.values(filter)) expect(Object.is(value, -0)).toBe(false);
  });

  test.each([
    [{ small: 2 ** 31 }, 'filter.small must be a whole number of 32 bits.'],
    [{ large: 2 ** 53 }, 'filter.large must be a whole number of up to 53 bits.'],
    [{ large: '1' }, 'filter.large must be a whole number of up to 53 bits.'],
    [{ price: 1.005 }, 'filter.price must be a number with at most 2 decimal places.'],
    [{ price: 2 ** 53 }, 'filter.price must be a number with at most 2 decimal places.'],
    [{ price: Number.NaN }, 'filter.price must be a number with at most 2 decimal places.'],
    [{ name: 7 }, 'filter.name must be text of at most 1000 bytes.'],
    [{ name: 'ä'.repeat(501) }, 'filter.name must be text of at most 1000 bytes.'],
    [{ name: 'a\ud800' }, 'filter.name must be well-formed Unicode text.'],
    [{ names: ['a', '\udc00b'] }, 'filter.names.1 must be well-formed Unicode text.'],
    [{ names: ['a', 'b', 'c', 'd'] }, 'filter.names may have at most 3 entries, but has 4.'],
    [{ moment: '2026-01-01' }, 'filter.moment must be a date-time with an offset'],
    [{ moment: 0 }, 'filter.moment must be a date-time with an offset'],
    [
      { start: '2026-01-02T00:00:00Z', end: '2026-01-01T00:00:00Z' },
      'filter.start must be before end, but 2026-01-02T00:00:00.000Z is not before 2026-01-01T00:00:00.000Z.',
    ],
  ])('refuses %j', (input, message) => {
    expect(() => parseFilter(MEMBERS, input)).toThrow(message);
  });

  test('says what is wrong in the names of the caller', () => {
    const error = caught(() =>
      parseFilter(posts.filter, { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-02T00:00:00Z' }),
    ) as BadInputError;
    expect(error.path).toEqual(['filter', 'createdFrom']);
    expect(error.reasonIn((name) => `<${name}>`)).toMatch(/^must be before <createdTo>, but /);
  });
});
