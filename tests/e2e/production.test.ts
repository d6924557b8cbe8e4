import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startProcess } from '../support/processes.js';
import { useStartedCheckout } from '../support/started-checkout.js';

/** Addresses without a server, because a process refuses its configuration before it connects. */
const NOWHERE = { DATABASE_URL: 'mysql://app:secret@127.0.0.1:1/posts', BROKER_URL: 'redis://127.0.0.1:1' };

test.each([
  ['the API without tokens', 'api', {}, /AUTH_TOKENS must be set with NODE_ENV=production, or AUTH=off/],
  ['a worker without tokens', 'worker', {}, /AUTH_TOKENS must be set with NODE_ENV=production, or AUTH=off/],
  [
    'the API with a token of one character',
    'api',
    { AUTH_TOKENS: 'ops:operator:x' },
    /AUTH_TOKENS entry 1 has a token of 1 characters; with NODE_ENV=production it must have 16/,
  ],
  [
    'the API when it is open to other machines',
    'api',
    { AUTH: 'off', HOST: '0.0.0.0' },
    /HOST is 0\.0\.0\.0, which other machines can reach/,
  ],
] as const)('in production %s ends with exit code 78', async (_how, name, env, reason) => {
  const started = await startProcess(name, { ...NOWHERE, NODE_ENV: 'production', ...env });
  expect(await started.exited).toMatchObject({ code: 78 });
  expect(started.lines.join('\n')).toMatch(reason);
});

describe('npm start in production with AUTH=off', () => {
  const started = useStartedCheckout({ NODE_ENV: 'production', AUTH: 'off' });

  test('says in its welcome and in the log that every caller is an operator', () => {
    expect(started.command.output()).toMatch(/Access +open: .*every caller .* is an operator/);
    const log = readFileSync(join(started.dir, '.local/logs/api.log'), 'utf8');
    expect(log).toContain('authentication is off: every caller is anonymous and an operator');
  });

  test('has no GraphiQL page, and says how to get one', async () => {
    expect(started.command.output()).toMatch(/GraphiQL +off \(GRAPHIQL=on\)/);
    const page = await fetch(`${started.service().apiUrl}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
  });
});
