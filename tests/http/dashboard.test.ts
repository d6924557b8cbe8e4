import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { createTestService, problemOf } from './support/service.js';

const FOLDER = join(root, 'src/http/dashboard/page');
const SERVED = readdirSync(FOLDER).filter((name) => ['.html', '.css', '.js', '.svg'].includes(extname(name)));
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const service = createTestService({ authTokens: [{ name: 'ann', role: 'viewer', token: 't' }] });

describe('the page at /', () => {
  it('is open without a token, and lets nothing come from elsewhere or run in the document itself', async () => {
    const response = await service.fetch('/');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
    expect(await response.text()).toBe(read('index.html'));
  });

  it.each(SERVED)('includes %s, served with its media type', async (name) => {
    const response = await service.fetch(`/dashboard/${name}`);
    expect(response.status).toBe(200);
    const types = {
      '.html': 'text/html',
      '.css': 'text/css',
      '.js': 'text/javascript',
      '.svg': 'image/svg+xml',
    };
    expect(response.headers.get('content-type')).toMatch(types[extname(name) as keyof typeof types]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(read(name));
  });

  // A browser requests /favicon.ico when a page names no icon.
  it.each(['/', '/api'])('has an icon, and so has %s, which its policy lets browsers load', async (path) => {
    const response = await service.fetch(path);
    expect(response.headers.get('content-security-policy')).toContain("img-src 'self'");
    const [, icon = ''] = /<link rel="icon" href="([^"]+)"/.exec(await response.text()) ?? [];
    expect((await service.fetch(icon)).status).toBe(200);
  });

  it('names only files that are served', () => {
    const named = SERVED.flatMap((name) => [
      ...[...read(name).matchAll(/(?:src|href)="\/dashboard\/([^"]+)"/g)].map(([, file]) => file),
      ...[...read(name).matchAll(/from '\.\/([^']+)'/g)].map(([, file]) => file),
    ]);
    expect(named.length).toBeGreaterThan(20);
    expect(SERVED).toEqual(expect.arrayContaining(named));
  });

  it('gives each element that a script looks for its place in the document', () => {
    const ids = new Set([...read('index.html').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const wanted = SERVED.flatMap((name) => [...read(name).matchAll(/byId\('([^']+)'/g)].map(([, id]) => id));
    expect(wanted.length).toBeGreaterThan(30);
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('is revalidated before a browser shows it again, and answered with 304', async () => {
    for (const path of ['/', '/dashboard/main.js']) {
      const { headers } = await service.fetch(path);
      expect(headers.get('cache-control')).toBe('no-cache');
      const again = await service.fetch(path, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
      expect([again.status, again.body]).toEqual([304, null]);
      expect(again.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('is compressed for clients that accept it', async () => {
    const response = await service.fetch('/', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    const zipped = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(zipped.length));
    expect(gunzipSync(zipped).toString()).toBe(read('index.html'));
  });

  it.each(['br', 'gzip;q=0, br', 'identity', 'deflate'])(
    'is not compressed for Accept-Encoding: %s',
    async (accepted) => {
      const response = await service.fetch('/', { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-encoding')).toBeNull();
      expect(await response.text()).toBe(read('index.html'));
    },
  );

  it.each(['/', '/dashboard/main.js'])('answers HEAD of %s like GET, without a body', async (path) => {
    const [head, get] = [await service.fetch(path, { method: 'HEAD' }), await service.fetch(path)];
    expect([head.status, head.body]).toEqual([200, null]);
    for (const name of ['content-type', 'content-length', 'etag', 'content-security-policy']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  });

  it.each([
    '/dashboard',
    '/dashboard/',
    '/dashboard/nothing.js',
    '/dashboard/tsconfig.json',
    '/dashboard/constructor',
    '/dashboard/..%2Fdashboard.ts',
    '/dashboard/page/main.js',
  ])('has nothing at %s', async (path) => {
    const response = await service.fetch(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await problemOf(response)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
