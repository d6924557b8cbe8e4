import { describe, expect, test } from '@jest/globals';
import {
  amount,
  before,
  count,
  decimal,
  defineReport,
  equals,
  from,
  instant,
  int32,
  key,
  oneOf,
  text,
} from '../../src/reports/define-report.js';

const ORDERS = {
  name: 'orders',
  title: 'Orders',
  description: 'Orders per customer.',
  source: { table: 'orders', columns: { customer: text('customer'), price: decimal('price', { scale: 2 }) } },
  filter: { customers: oneOf(text('customer'), {}, 'Only these customers.') },
  columns: { customer: key.text('The customer.'), orders: count('Orders.') },
  rows: { name: 'customers', most: 1000 },
  aggregate: () => () => {},
};
const { source, columns, filter, rows } = ORDERS;
const reading = (name: string, column: unknown) => ({ source: { ...source, columns: { [name]: column } } });
const showing = (more: object) => ({ columns: { ...columns, ...more } });
const filtering = (more: object) => ({ filter: { ...filter, ...more } });

describe('a definition', () => {
  test('is accepted, also without a filter', () => {
    expect(define({}).name).toBe('orders');
    expect(define({ name: 'o'.repeat(64) }).name).toHaveLength(64);
    expect(define({ filter: undefined }).filter).toEqual({});
  });

  test.each<[mistake: object, sentence: string]>([
    [{ name: 'Orders' }, 'name is "Orders"; it must be like "orders-per-day".'],
    [{ name: 'orders_per_day' }, 'name is "orders_per_day"; it must be like "orders-per-day".'],
    [{ name: 'o'.repeat(65) }, 'name has 65 characters; at most 64 are possible.'],
    [reading('o'.repeat(65), int32('user_id')), `source.columns.${'o'.repeat(65)} has 65 characters`],
    [{ name: undefined }, 'name is undefined; it must be like "orders-per-day".'],
    [{ name: 'jobs' }, 'name is "jobs", which is an address of the service.'],
    [{ name: 'applied' }, 'name is "applied", which is the beginning of AppliedReportFilter, a GraphQL type'],
    [{ title: ' ' }, 'title must be text.'],
    [{ description: undefined }, 'description must be text.'],
    [{ source: undefined }, 'source.table must be the name of a table.'],
    [{ source: { ...source, table: '' } }, 'source.table must be the name of a table.'],
    [{ source: { ...source, columns: {} } }, 'source.columns must name a column to be read.'],
    [{ source: { table: 'orders' } }, 'source.columns must name a column to be read.'],
    [reading('user_id', int32('user_id')), 'source.columns.user_id must have a name like orderCount.'],
    [reading('count', int32('count')), 'source.columns.count has a name that is taken.'],
    [reading('id', 'id'), 'source.columns.id must be made by int32, int64, decimal, text or instant.'],
    [reading('id', int32('')), 'source.columns.id must be made by int32, int64, decimal, text or instant.'],
    [
      reading('id', int32('id', { nullAs: 1.5 })),
      'source.columns.id.nullAs does not fit the type of the column.',
    ],
    [
      reading('id', int32('id', { nullAs: 2 ** 31 })),
      'source.columns.id.nullAs does not fit the type of the column.',
    ],
    [
      reading('id', { ...int32('id'), nullAs: '0' }),
      'source.columns.id.nullAs does not fit the type of the column.',
    ],
    [
      reading('id', { ...text('id'), nullAs: 0 }),
      'source.columns.id.nullAs does not fit the type of the column.',
    ],
    [
      reading('at', instant('at', { nullAs: new Date(Number.NaN) })),
      'source.columns.at.nullAs does not fit the type of the column.',
    ],
    [
      reading('price', decimal('price', { scale: 2, nullAs: 0.005 })),
      'source.columns.price.nullAs does not fit the type of the column.',
    ],
    [
      reading('price', decimal('price', { scale: 16 })),
      'source.columns.price must have a scale from 0 to 15.',
    ],
    [
      reading('at', instant('at', { nullAs: 0 as never })),
      'source.columns.at.nullAs does not fit the type of the column.',
    ],
    [reading('price', decimal('price', undefined as never)), 'source.columns.price must have a scale'],
    [showing({ revenue: amount('Revenue.', undefined as never) }), 'columns.revenue must have a scale'],
    [reading('price', decimal('price', {} as never)), 'source.columns.price must have a scale from 0 to 15.'],
    [{ columns: undefined }, 'columns must have a key and a figure at least.'],
    [{ columns: { customer: columns.customer } }, 'columns must have a key and a figure at least.'],
    [{ columns: { orders: columns.orders } }, 'columns.orders must be the key: the first column is.'],
    [showing({ day: key.day('The day.') }), 'columns.day is a second key.'],
    [
      showing({ words: 'count' }),
      'columns.words must be made by key.int32, key.day, key.text, count or amount.',
    ],
    [showing({ words: count('') }), 'columns.words must have a description.'],
    [
      showing({ revenue: amount('Revenue.', { scale: 0.5 }) }),
      'columns.revenue must have a scale from 0 to 15.',
    ],
    ...['kind', 'rows', 'rowCount', 'asOf', 'durationMs', 'at', 'rowAt'].map((name): [object, string] => [
      showing({ [name]: count('Some.') }),
      `columns.${name} has a name that is taken.`,
    ]),
    [
      showing({ totalCustomers: count('Some.') }),
      'columns.totalCustomers has the name that the number of rows has',
    ],
    [filtering({ city: 'city' }), 'filter.city must be made by oneOf, equals, from or before.'],
    [filtering({ city: equals(text('city'), ' ') }), 'filter.city must have a description.'],
    [filtering({ Till: before('at', 'Before.') }), 'filter.Till must have a name like orderCount.'],
    [filtering({ ids: oneOf(int32('id'), { most: 0 }, 'Some.') }), 'filter.ids must allow 1 entry or more.'],
    [
      filtering({ customer: equals(text('customer'), 'One.') }),
      'filter.customer and filter.customers would both be the query parameter customer.',
    ],
    [
      filtering({ createdAt: from('created', 'From.'), moment: equals(instant('created_at'), 'At.') }),
      'filter.moment and filter.createdAt would both be the query parameter created_at.',
    ],
    [
      filtering({ form: equals(text('format'), 'One.') }),
      'filter.form would be the query parameter format, which is taken.',
    ],
    [
      filtering({ orderBy: from('at', 'From.') }),
      'filter.orderBy would be the query parameter order_by, which is taken.',
    ],
    [
      filtering({ age: equals(int32('max_age_seconds'), 'One.') }),
      'filter.age would be the query parameter max_age_seconds, which is taken.',
    ],
    [{ rows: undefined }, 'rows.name must be a word like "users".'],
    [{ rows: { ...rows, name: 'all users' } }, 'rows.name must be a word like "users".'],
    [{ rows: { ...rows, most: 0 } }, 'rows.most must be a whole number from 1 to 50,000,000.'],
    [{ rows: { ...rows, most: 50_000_001 } }, 'rows.most must be a whole number from 1 to 50,000,000.'],
    [{ aggregate: 'sum' }, 'aggregate must be a function.'],
    [{ aggregate: async () => () => {} }, 'aggregate must not be async.'],
    [{ authorize: true }, 'authorize must be a function.'],
    [{ authorize: async () => ({}) }, 'authorize must not be async.'],
    [{ authorise: () => ({}) }, 'authorise is not a member of a definition.'],
  ])('with the mistake %j is refused in one sentence that names the member', (mistake, sentence) => {
    expect(() => define(mistake)).toThrow(sentence);
    expect(() => define(mistake)).toThrow(expect.objectContaining({ name: 'DefinitionError' }));
  });
});

/** Defines a report with a mistake that TypeScript would reject, as a definition in JavaScript can. */
function define(mistake: object) {
  return defineReport({ ...ORDERS, ...mistake });
}
