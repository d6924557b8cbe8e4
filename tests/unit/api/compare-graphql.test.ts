import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compareGraphQL } from '../../../scripts/api/compare-graphql.js';

const sdl = readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8');

describe('the comparer of GraphQL schemas', () => {
  test('finds nothing between equal ones, and nothing bad in a new field', () => {
    const more = sdl.replace('  totalUsers: SafeInt!', '  totalUsers: SafeInt!\n  more: Int');
    expect(more).not.toBe(sdl);
    expect(compareGraphQL(sdl, sdl)).toEqual({ breaking: [], dangerous: [] });
    expect(compareGraphQL(sdl, more)).toEqual({ breaking: [], dangerous: [] });
  });

  test.each([
    [
      'a field that is gone',
      '  totalUsers: SafeInt!',
      '  users: SafeInt!',
      'PostsReport.totalUsers was removed.',
    ],
    [
      'a field that can be null now',
      'totalUsers: SafeInt!',
      'totalUsers: SafeInt',
      'PostsReport.totalUsers changed type from SafeInt! to SafeInt.',
    ],
    [
      'a value that is gone',
      '  "CSV with a header line."\n  CSV\n',
      '',
      'CSV was removed from enum type ReportFormat.',
    ],
    [
      'an input member that has to be given now',
      'waitMs: Int\n',
      'waitMs: Int!\n',
      'RequestPostsReportInput.waitMs changed type from Int to Int!.',
    ],
  ])('calls %s breaking', (_what, find, put, change) => {
    expect(compareGraphQL(sdl, sdl.replace(find, put)).breaking).toContain(change);
  });

  test('calls a new value of an enum dangerous', () => {
    const more = sdl.replace('\n  NDJSON\n', '\n  NDJSON\n  XML\n');
    expect(compareGraphQL(sdl, more)).toEqual({
      breaking: [],
      dangerous: ['XML was added to enum type ReportFormat.'],
    });
  });
});
