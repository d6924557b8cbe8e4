import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lintGraphQL } from '../../../scripts/api/lint-graphql.js';

const sdl = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8');

/**
 * Each entry puts a mistake into the schema by a replacement, and names the complaint that the linter must make.
 */
const MISTAKES: readonly [what: string, find: string, put: string, complaint: string][] = [
  [
    'a type without description',
    '"The position of a page in its list."\n',
    '',
    'PageInfo has no description',
  ],
  ['a field without description', '  "Number of posts of the user."\n', '', 'totalPosts has no description'],
  [
    'an argument without description',
    '("The job\'s id." id: ID!): JobPayload',
    '(id: ID!): JobPayload',
    'id has no description',
  ],
  ['a value without description', '  "The job waits for a worker."\n', '', 'QUEUED has no description'],
  ['a blank description', '"The position of a page in its list."', '" "', 'PageInfo has no description'],
  ['a field in snake_case', 'totalUsers: SafeInt!', 'total_users: SafeInt!', 'total_users is not camelCase'],
  ['a value in lower case', '\n  NDJSON\n', '\n  ndjson\n', 'ndjson is not UPPER_CASE'],
  [
    'an input that does not say so',
    'RequestPostsReportInput',
    'RequestPostsReport',
    'RequestPostsReport is not PascalCase ending in Input or Filter',
  ],
  [
    'a deprecation without reason',
    'totalUsers: SafeInt!',
    'totalUsers: SafeInt! @deprecated',
    'totalUsers is deprecated without a reason that says what to use instead',
  ],
  [
    'a deprecation with an empty reason',
    'totalUsers: SafeInt!',
    'totalUsers: SafeInt! @deprecated(reason: "")',
    'totalUsers is deprecated without a reason that says what to use instead',
  ],
  [
    'a connection without pageInfo',
    '  pageInfo: PageInfo!\n  "The number of jobs',
    '  nextPage: PageInfo!\n  "The number of jobs',
    'ReportJobConnection has no pageInfo: PageInfo!',
  ],
  [
    'a connection without edges',
    'edges: [ReportJobEdge!]!',
    'edges: [ReportJob!]!',
    'ReportJobConnection has no edges, a list of an …Edge type',
  ],
  ['an edge without cursor', 'cursor: String!', 'cursor: String', 'ReportJobEdge has no cursor: String!'],
  [
    'an edge with several nodes',
    'node: PostsReportRow!',
    'node: [PostsReportRow!]!',
    'PostsReportRowEdge has no node that is one entry',
  ],
  [
    'a PageInfo of its own kind',
    'hasNextPage: Boolean!',
    'hasNextPage: Boolean',
    'PageInfo has no hasNextPage: Boolean!',
  ],
  [
    'a connection that cannot be paged',
    '    "The page begins after this cursor, which must be from the same report and order."\n    after: String\n',
    '',
    'rows gives a connection, and takes no after: String',
  ],
  [
    'a mutation without userErrors',
    'cancelJob("The job\'s id." id: ID!): JobPayload!',
    'cancelJob("The job\'s id." id: ID!): ReportJob!',
    'cancelJob gives no …Payload with userErrors: [UserError!]!',
  ],
  [
    'a type that nothing leads to',
    '"The position of a page in its list."',
    '"Unused."\ntype Orphan {\n  "A."\n  a: Int\n}\n\n"The position of a page in its list."',
    'Orphan is used by nothing',
  ],
];

describe('the linter of the GraphQL schema', () => {
  test('has nothing against schema.graphql', () => {
    expect(lintGraphQL(sdl)).toEqual([]);
  });

  test.each(MISTAKES)('complains of %s', (_what, find, put, complaint) => {
    const mistaken = sdl.replaceAll(find, put);
    expect(mistaken).not.toBe(sdl);
    expect(lintGraphQL(mistaken)).toContainEqual(
      expect.stringMatching(new RegExp(`^\\d+:\\d+ ${escape(complaint)}$`)),
    );
  });

  test('complains of what GraphQL itself does not allow', () => {
    expect(lintGraphQL('type Query { __a: Int }')).toContainEqual(
      expect.stringContaining('must not begin with "__"'),
    );
  });

  test('says where', () => {
    const [complaint] = lintGraphQL('"Q."\ntype Query {\n  "A."\n  a: Int\n  b: Int\n}');
    expect(complaint).toBe('5:3 b has no description');
  });
});

function escape(text: string): string {
  return text.replaceAll(/[[\]!().?*+^$]/g, '\\$&');
}
