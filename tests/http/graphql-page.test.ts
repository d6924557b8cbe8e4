import { CATALOG } from '../support/reports.js';
import { describe, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { getOperationAST, parse, validate } from 'graphql';
import { loadSchema } from '../../src/http/graphql/schema.js';
import { tourOf } from '../../src/http/graphql/tour.js';
import { createTestService } from './support/service.js';

const TOUR = tourOf(CATALOG);
const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

describe('the GraphiQL page', () => {
  const service = createTestService({ authTokens: [{ name: 'ann', role: 'viewer', token: 't' }] });

  test('is open without a token, and may load nothing from elsewhere', async () => {
    const response = await service.fetch('/graphql', { headers: BROWSER });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:/);
    expect(await response.text()).toContain('YogaGraphiQL.renderYogaGraphiQL');
  });

  test('is compressed for clients that accept it', async () => {
    const response = await service.fetch('/graphql', {
      headers: { ...BROWSER, 'Accept-Encoding': 'gzip, br' },
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(await response.arrayBuffer()).toString()).toContain('Posts Report');
  });

  test('is not compressed for clients that refuse it', async () => {
    const response = await service.fetch('/graphql', {
      headers: { ...BROWSER, 'Accept-Encoding': 'gzip;q=0' },
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toContain('Posts Report');
  });

  test('is not sent twice to the same browser', async () => {
    const etag = (await service.fetch('/graphql', { headers: BROWSER })).headers.get('etag') ?? '';
    const again = await service.fetch('/graphql', { headers: { ...BROWSER, 'If-None-Match': etag } });
    expect([again.status, again.body]).toEqual([304, null]);
  });

  test('is sent without a body to HEAD, and not at all to a client that has some state of it', async () => {
    const head = await service.fetch('/graphql', { method: 'HEAD', headers: BROWSER });
    expect([head.status, head.body, head.headers.get('content-type')]).toEqual([
      200,
      null,
      'text/html; charset=utf-8',
    ]);
    const again = await service.fetch('/graphql', { headers: { ...BROWSER, 'If-None-Match': '*' } });
    expect([again.status, again.headers.get('vary')]).toEqual([304, 'Accept, Accept-Encoding']);
  });

  test('is sent to clients that prefer HTML', async () => {
    const response = await service.fetch('/graphql', {
      headers: { Accept: 'text/html;q=0.1, application/json' },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('shows every report, the first one at once, as a job and as a subscription', () => {
    const text = TOUR.join('\n');
    expect(TOUR[0]).toContain(
      'postsReport {\n    totalUsers\n    totalWords\n    totalPosts\n    asOf\n    durationMs\n    rows(orderBy: TOTAL_WORDS_DESC, first: 10) {',
    );
    for (const name of ['requestPostsReport', '... on PostsReport', 'postsPerDayReport'])
      expect(text).toContain(name);
  });

  test.each(TOUR.map((text) => [getOperationAST(parse(text))?.name?.value, text] as const))(
    'has a tab %s that is valid as it stands',
    (_name, text) => {
      expect(validate(loadSchema(CATALOG), parse(text))).toEqual([]);
      expect(getOperationAST(parse(text))?.variableDefinitions).toEqual([]);
    },
  );
});
