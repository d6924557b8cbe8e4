import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config.js';

const URLS = { DATABASE_URL: 'mysql://u:secret@127.0.0.1:3306/posts', REDIS_URL: 'redis://127.0.0.1:6379' };

describe('loadConfig', () => {
  test('has a default for everything but the servers', () => {
    expect(loadConfig(URLS)).toMatchObject({
      host: '127.0.0.1',
      port: 4000,
      brokerUrl: URLS.REDIS_URL,
      workerConcurrency: 2,
      syncReportLimit: 2,
      syncTimeoutMs: 30_000,
      jobMaxAttempts: 3,
      jobTimeoutMs: 600_000,
      retryBaseMs: 1000,
      resultTtlSeconds: 604_800,
      jobRetentionSeconds: 2_592_000,
      maxOpenJobs: 10_000,
      authTokens: [],
      graphiql: true,
      introspection: 'everyone',
      logLevel: 'info',
    });
  });

  test('reports every mistake at once, without repeating a password', () => {
    const error = mistakesOf({
      DATABASE_URL: 'postgres://u:secret@h/d',
      PORT: '99999',
      BROKER: 'kafka',
      LOG_LEVEL: 'loud',
    });
    expect(error.mistakes).toHaveLength(5);
    expect(error.message).toMatch(/DATABASE_URL must be a URL like mysql:/);
    expect(error.message).toMatch(/PORT must be a whole number from 0 to 65535, but is "99999"/);
    expect(error.message).not.toMatch(/secret/);
  });

  test('takes a database by socket and with TLS, and refuses an address that cannot be connected to', () => {
    const base = 'mysql://u:secret@h';
    for (const rest of ['/d', ':3307/d', '/d?socketPath=%2Frun%2Fm.sock', '/d?ssl=true', '/d?ssl={"ca":"x"}'])
      expect(loadConfig({ ...URLS, DATABASE_URL: base + rest }).databaseUrl).toBe(base + rest);
    for (const rest of ['', '/', '/d?timezone=Z', '/d?ssl={"ca', '/%zz']) {
      const { mistakes } = mistakesOf({ ...URLS, DATABASE_URL: base + rest });
      expect(mistakes).toEqual([expect.stringMatching(/^DATABASE_URL must be a URL like mysql:/)]);
      expect(mistakes.join()).not.toMatch(/secret/);
    }
  });

  test('reports what is wrong with two variables together beside what is wrong with one', () => {
    const env = { ...URLS, HOST: '0.0.0.0', BROKER: 'rabbitmq', LOG_LEVEL: 'loud' };
    expect(mistakesOf(env).mistakes).toEqual([
      expect.stringMatching(/^LOG_LEVEL /),
      expect.stringMatching(/^BROKER is rabbitmq, but /),
      expect.stringMatching(/^HOST is 0\.0\.0\.0/),
    ]);
    expect(mistakesOf({ PORT: 'x' }).mistakes).toEqual([
      expect.stringMatching(/^PORT /),
      'DATABASE_URL must be set',
      'BROKER_URL or REDIS_URL must be set',
    ]);
    expect(mistakesOf({ ...URLS, HOST: '0.0.0.0', AUTH_TOKENS: 'ann' }).mistakes).toEqual([
      expect.stringMatching(/^AUTH_TOKENS entry 1 /),
    ]);
  });

  test('takes an empty value for an absent one', () => {
    expect(mistakesOf({ DATABASE_URL: '', REDIS_URL: '' }).message).toMatch(/DATABASE_URL must be set/);
    expect(loadConfig({ ...URLS, PORT: '' }).port).toBe(4000);
  });

  test('needs a broker', () => {
    expect(mistakesOf({ DATABASE_URL: URLS.DATABASE_URL }).mistakes).toEqual([
      'BROKER_URL or REDIS_URL must be set',
    ]);
  });

  test('prefers BROKER_URL, and refuses a BROKER that contradicts it', () => {
    const env = { ...URLS, BROKER_URL: 'amqp://127.0.0.1' };
    expect(loadConfig(env).brokerUrl).toBe('amqp://127.0.0.1');
    expect(mistakesOf({ ...env, BROKER: 'bee-queue' }).message).toMatch(
      /BROKER is bee-queue, but .* means rabbitmq/,
    );
  });

  test('takes a queue name of letters, digits, _ and -', () => {
    expect(loadConfig(URLS).queueName).toBe('posts-report');
    expect(loadConfig({ ...URLS, QUEUE_NAME: 'reports_2' }).queueName).toBe('reports_2');
    for (const QUEUE_NAME of ['a.b', 'a:b', '{a}', 'a b', 'x'.repeat(65)])
      expect(mistakesOf({ ...URLS, QUEUE_NAME }).mistakes).toEqual([
        expect.stringMatching(/^QUEUE_NAME must be/),
      ]);
  });

  test('refuses a host that others can reach while authentication is off', () => {
    expect(mistakesOf({ ...URLS, HOST: '0.0.0.0' }).message).toMatch(
      /HOST is 0\.0\.0\.0.*authentication is off/,
    );
    expect(loadConfig({ ...URLS, HOST: '0.0.0.0', AUTH_TOKENS: 'ann:viewer:s3cret' }).host).toBe('0.0.0.0');
    for (const HOST of ['localhost', '::1', '127.0.0.2'])
      expect(loadConfig({ ...URLS, HOST }).host).toBe(HOST);
  });

  test('reads tokens, and says which entry is wrong without repeating it', () => {
    const { authTokens } = loadConfig({ ...URLS, AUTH_TOKENS: 'ann:viewer:a:b, ops:operator:xyz' });
    expect(authTokens).toEqual([
      { name: 'ann', role: 'viewer', token: 'a:b' },
      { name: 'ops', role: 'operator', token: 'xyz' },
    ]);
    const wrong = mistakesOf({ ...URLS, AUTH_TOKENS: 'ann:viewer:a,bob:boss:topsecret' });
    expect(wrong.message).toMatch(/AUTH_TOKENS entry 2 must be name:role:token/);
    expect(wrong.message).not.toMatch(/topsecret/);
  });

  test('reads origins as browsers write them', () => {
    const { publicUrl, corsOrigins } = loadConfig({
      ...URLS,
      PUBLIC_URL: 'https://Reports.example:443/',
      CORS_ORIGINS: 'https://a.example, http://b.example:8080',
    });
    expect(publicUrl).toBe('https://reports.example');
    expect(corsOrigins).toEqual(['https://a.example', 'http://b.example:8080']);
    expect(loadConfig(URLS)).toMatchObject({ publicUrl: undefined, corsOrigins: [] });
  });

  test.each(['reports.example', 'https://reports.example/path', 'ftp://reports.example', '*', 'null'])(
    'takes %s for no origin',
    (text) => {
      expect(
        mistakesOf({ ...URLS, PUBLIC_URL: text, CORS_ORIGINS: `https://a.example,${text}` }).mistakes,
      ).toEqual([
        'PUBLIC_URL must be an origin like https://reports.example',
        'CORS_ORIGINS must be an origin like https://reports.example',
      ]);
    },
  );

  test('refuses a token that stands for two, and takes a second token of one', () => {
    const twice = mistakesOf({ ...URLS, AUTH_TOKENS: 'ann:viewer:topsecret,ops:operator:topsecret' });
    expect(twice.mistakes).toEqual([
      'AUTH_TOKENS entry 2 has the token of entry 1, so that its sender would be ambiguous',
    ]);
    const { authTokens } = loadConfig({ ...URLS, AUTH_TOKENS: 'ann:viewer:old,ann:viewer:new' });
    expect(authTokens.map(({ token }) => token)).toEqual(['old', 'new']);
  });

  describe('in production', () => {
    const production = { ...URLS, NODE_ENV: 'production' };
    const tokens = { AUTH_TOKENS: 'ops:operator:sixteen-letters-' };

    test('takes no configuration without tokens, unless AUTH=off says that this is meant', () => {
      expect(mistakesOf(production).mistakes).toEqual([
        'AUTH_TOKENS must be set with NODE_ENV=production, or AUTH=off to let every caller be an operator',
      ]);
      expect(loadConfig({ ...production, AUTH: 'off' }).authTokens).toEqual([]);
      expect(mistakesOf({ ...production, AUTH: 'off', HOST: '0.0.0.0' }).message).toMatch(
        /HOST is 0\.0\.0\.0/,
      );
    });

    test('takes tokens of 16 characters or more, and names the entry of a shorter one', () => {
      expect(loadConfig({ ...production, ...tokens }).authTokens).toHaveLength(1);
      const short = 'ann:viewer:sixteen-letters-,bob:viewer:fifteen-letters';
      expect(mistakesOf({ ...production, AUTH_TOKENS: short }).mistakes).toEqual([
        'AUTH_TOKENS entry 2 has a token of 15 characters; with NODE_ENV=production it must have 16 or more',
      ]);
      expect(loadConfig({ ...URLS, AUTH_TOKENS: short }).authTokens).toHaveLength(2);
    });

    test('shows GraphiQL only when GRAPHIQL=on, and the schema to operators', () => {
      expect(loadConfig({ ...production, ...tokens })).toMatchObject({
        graphiql: false,
        introspection: 'operators',
      });
      expect(loadConfig({ ...production, ...tokens, GRAPHIQL: 'on' }).graphiql).toBe(true);
      expect(loadConfig({ ...URLS, GRAPHIQL: 'off' })).toMatchObject({
        graphiql: false,
        introspection: 'everyone',
      });
    });
  });

  test('refuses AUTH=off beside tokens, and any other value', () => {
    expect(mistakesOf({ ...URLS, AUTH: 'off', AUTH_TOKENS: 'ann:viewer:s3cret' }).mistakes).toEqual([
      'AUTH is off, but AUTH_TOKENS is set',
    ]);
    expect(mistakesOf({ ...URLS, AUTH: 'on' }).mistakes).toEqual(['AUTH must be off, or not set']);
  });
});

function mistakesOf(env: Record<string, string>): ConfigError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('the configuration was taken');
}
