import { CATALOG } from '../support/reports.js';
import { describe, expect, test } from '@jest/globals';
import {
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  parse,
  validate,
  type GraphQLObjectType,
} from 'graphql';
import { loadSchema } from '../../src/http/graphql/schema.js';
import { createCostCheck } from '../../src/http/graphql/operation-cost.js';
import { createTestService } from './support/service.js';

const service = createTestService();
const LIMITS = { reports: CATALOG.reports, maxAttempts: 3 };
const JOB_FIELDS = 'id kind status version requestedBy attemptCount maxAttempts errorCode createdAt';
const PLAIN = `${JOB_FIELDS} nextAttemptAt errorMessage fingerprint startedAt completedAt expiresAt downloadUrl
  filter { userIds createdFrom createdTo } progress { processedPosts totalPosts percent }
  queuePosition estimatedCompletionAt errorDetail
  attempts { number worker startedAt endedAt errorCode errorMessage stack __typename } __typename`;

describe('what one operation may cost', () => {
  test.each([
    ['a full page of jobs', `{ jobs(first: 1000) { nodes { ${JOB_FIELDS} progress { percent } } } }`],
    [
      'a full page of jobs with all that is plain',
      `{ jobs(first: 1000) { edges { cursor node { ${PLAIN} } } } }`,
    ],
    ['a full page of failures', `{ failedJobs(first: 1000) { edges { cursor node { ${PLAIN} } } } }`],
    ['a full batch', `mutation { retryFailedJobs(limit: 1000) { jobs { ${PLAIN} } } }`],
    [
      'a usual page of jobs with everything',
      `{ jobs { nodes { ${JOB_FIELDS} attempts { number stack } report { rows(first: 10) { nodes { userId totalWords } } } } } }`,
    ],
    [
      'a full page of rows',
      '{ postsReport { rows(first: 1000) { edges { cursor node { userId totalWords totalPosts } } } } }',
    ],
  ])('%s is served', async (_what, query) => {
    expect((await service.ask(query)).errors).toBeUndefined();
  });

  test.each<[what: string, query: string, variables: object | undefined]>([
    [
      'attempts of 20,000 jobs',
      `{ ${Array.from({ length: 20 }, (_, n) => `a${n}: jobs(first: 1000) { nodes { attempts { number } } }`).join(' ')} }`,
      undefined,
    ],
    [
      'the stacks of 1,000 jobs, many times over',
      `{ jobs(first: 1000) { nodes { attempts { ${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}: stack`).join(' ')} } } } }`,
      undefined,
    ],
    [
      'the user ids of 1,000 filters, many times over',
      `{ jobs(first: 1000) { nodes { filter { ${['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: userIds`).join(' ')} } } } }`,
      undefined,
    ],
    [
      'the filters of 1,000 jobs, many times over',
      `{ jobs(first: 1000) { nodes { ${['a', 'b', 'c', 'd'].map((name) => `${name}: filter { userIds }`).join(' ')} } } }`,
      undefined,
    ],
    [
      'long names of 1,000 jobs, many times over',
      `{ jobs(first: 1000) { nodes { ${Array.from({ length: 90 }, (_, n) => `a${n}${'x'.repeat(240)}: id`).join(' ')} ${PLAIN} } } }`,
      undefined,
    ],
    [
      'type names of 1,000 jobs, many times over',
      `{ jobs(first: 1000) { nodes { ${Array.from({ length: 100 }, (_, n) => `a${n}: __typename`).join(' ')} } } }`,
      undefined,
    ],
    [
      'rows of 1,000 jobs',
      '{ jobs(first: 1000) { nodes { report { rows(first: 1) { nodes { userId } } } } } }',
      undefined,
    ],
    [
      '1,000 rows of 50 jobs',
      '{ jobs { nodes { report { rows(first: 1000) { nodes { userId } } } } } }',
      undefined,
    ],
    [
      'the same, with variables',
      'query Q($first: Int!) { jobs { nodes { report { rows(first: $first) { nodes { userId } } } } } }',
      { first: 1000 },
    ],
    [
      'the same, by a default',
      'query Q($first: Int! = 1000) { jobs { nodes { report { rows(first: $first) { nodes { userId } } } } } }',
      undefined,
    ],
    [
      'the same, by a default of a variable that has the name of a method',
      'query Q($toString: Int! = 1000) { jobs { nodes { report { rows(first: $toString) { nodes { userId } } } } } }',
      {},
    ],
    [
      'a batch whose rows are asked for',
      'mutation { retryFailedJobs(limit: 1000) { jobs { report { rows(first: 1) { nodes { userId } } } } } }',
      undefined,
    ],
  ])('%s are not', async (_what, query, variables) => {
    const { data, errors } = await service.ask(query, variables);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('Ask for fewer'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });

  test('is 1 MB for an event of a subscription', async () => {
    const events = (selection: string) =>
      service.ask(
        `subscription { jobUpdated(id: "01ARZ3NDEKTSV4RRFFQ69G5FAV") { ${selection} } }`,
        undefined,
        {
          accept: 'application/json',
        },
      );
    const lists = Array.from({ length: 100 }, (_, n) => `a${n}: userIds`).join(' ');
    const rows = 'report { rows(first: 1000) { nodes { userId totalWords totalPosts } } }';
    expect((await events(`${PLAIN} ${rows}`)).status).toBe(406); // a stream must be accepted
    expect((await events(`filter { ${lists} }`)).errors).toMatchObject([
      {
        message: expect.stringContaining('at most 1,000,000 are sent'),
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });

  test('is not hidden by fragments within fragments', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`,
    );
    const document = `{ ...F0 } ${levels.join(' ')} fragment F30 on Query { queueHealth { queued } }`;
    const checkCost = createCostCheck(loadSchema(CATALOG), LIMITS);
    const startedAt = performance.now();
    expect(checkCost({ document: parse(document) })).toEqual(refusedBecause('Ask for fewer'));
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  test('counts as many entries as a list without "first" may have', () => {
    const schema = loadSchema(CATALOG);
    const isServed = (query: string, maxAttempts: number): boolean =>
      'bytes' in createCostCheck(schema, { ...LIMITS, maxAttempts })({ document: parse(query) });
    const attempts = (first: number): string =>
      `{ jobs(first: ${first}) { nodes { attempts { number worker } } } }`;
    expect(isServed(attempts(1000), 3)).toBe(true);
    expect(isServed(attempts(1000), 100)).toBe(false);
    expect(isServed(attempts(100), 100)).toBe(true);
    const groups = (fields: number): string =>
      `{ failedJobGroups { ${Array.from({ length: fields }, (_, n) => `a${n}: count`).join(' ')} } }`;
    expect(isServed(groups(90), 3)).toBe(true);
    expect(isServed(groups(110), 3)).toBe(false);
  });

  test('counts each alias', async () => {
    const aliases = (count: number): string =>
      Array.from({ length: count }, (_, n) => `a${n}: queueHealth { queued }`).join(' ');
    const page = 'page: jobs(first: 1000) { nodes { attempts { number } } }';
    expect((await service.ask(`{ ${aliases(300)} ${page} }`)).errors).toBeUndefined();
    const { errors } = await service.ask(`{ ${aliases(480)} ${page} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  test('is bounded in tokens before anything looks at it', async () => {
    const { errors } = await service.ask(`{ ${'__typename '.repeat(3000)} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
  });

  test('is bounded for introspection that goes round in circles', async () => {
    const circle = `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} }'.repeat(6)} } } }`;
    const { errors } = await service.ask(circle);
    expect(errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('needs no bound of depth, since no type of the schema leads back to itself', () => {
    const schema = loadSchema(CATALOG);
    const visit = (type: GraphQLObjectType, above: readonly string[]): void => {
      expect(above).not.toContain(type.name);
      for (const field of Object.values(type.getFields())) {
        const next = getNamedType(field.type);
        if (isObjectType(next)) visit(next, [...above, type.name]);
      }
    };
    for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
      visit(root as GraphQLObjectType, []);
    }
  });
});

describe('introspection', () => {
  const schema = loadSchema(CATALOG);
  const checkCost = createCostCheck(schema, LIMITS);
  const aliased = (selection: string): string =>
    Array.from({ length: 10 }, (_, n) => `a${n}: ${selection}`).join(' ');
  const DEEP_REFERENCE = `kind name ${'ofType { kind name '.repeat(12)} ${'}'.repeat(12)}`;

  test.each([
    [
      'as GraphiQL asks for it',
      getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true }),
    ],
    [
      'with all that there is',
      getIntrospectionQuery({
        schemaDescription: true,
        inputValueDeprecation: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        oneOf: true,
      }),
    ],
    ['without descriptions', getIntrospectionQuery({ descriptions: false })],
    [
      'with deeper references to types',
      getIntrospectionQuery().replace(
        /fragment TypeRef[^]*/,
        `fragment TypeRef on __Type { ${DEEP_REFERENCE} }`,
      ),
    ],
    ['of one type', '{ __type(name: "ReportJob") { name fields { name args { name } type { name } } } }'],
    ['of the names of types', '{ __schema { types { name } queryType { fields { name } } } }'],
  ])('is served %s', (_what, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
    expect(checkCost({ document: parse(query) })).toEqual({ bytes: expect.any(Number) });
  });

  test.each([
    [
      'ten times over',
      `{ __schema { ${aliased('types { ...T }')} } }
       fragment T on __Type { name description fields { ...F } }
       fragment F on __Field { name description args { name type { name ofType { name } } } type { name } }`,
    ],
    [
      'by fragments within fragments',
      `{ ${aliased('__schema { ...S }')} }
       fragment S on __Schema { ${aliased('types { ...T }')} }
       fragment T on __Type { ${aliased('fields { ...F }')} }
       fragment F on __Field { ${aliased('name')} }`,
    ],
    [
      'of one type, over and over',
      `query Q($name: String! = "ReportJob") { ${Array.from({ length: 100 }, (_, n) => `a${n}: __type(name: $name) { ...T }`).join(' ')} }
       fragment T on __Type { fields { name type { fields { ...F } } } }
       fragment F on __Field { name description type { name ofType { name } } }`,
    ],
  ])('is refused %s, at once', async (_what, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
    const document = parse(query);
    const times = Array.from({ length: 10 }, () => {
      const startedAt = performance.now();
      expect(checkCost({ document })).toEqual(refusedBecause('about the schema'));
      return performance.now() - startedAt;
    });
    expect(Math.min(...times)).toBeLessThan(5);
    const { errors } = await service.ask(query);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

function refusedBecause(text: string) {
  return { refusal: expect.objectContaining({ message: expect.stringContaining(text) }) };
}
