import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';

const NOWHERE = '/proc/self/nowhere';

/**
 * Runs `useHomeFolder` in a process with this environment, and returns the variables that its child processes would
 * get.
 */
function handedDown(env: Readonly<Record<string, string>>): { HOME?: string; npm_config_cache?: string } {
  const script = `
    import { useHomeFolder } from './scripts/servers/system-user.mjs';
    useHomeFolder();
    const { HOME, npm_config_cache } = process.env;
    console.log(JSON.stringify({ HOME, npm_config_cache }));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return JSON.parse(printed) as { HOME?: string; npm_config_cache?: string };
}

test('keeps a home folder that can be written to', () => {
  const given = { HOME: tmpdir(), npm_config_cache: `${tmpdir()}/.npm` };
  expect(handedDown(given)).toEqual(given);
});

test('where HOME cannot be written to, programs get another one, and npm a cache there', () => {
  const { HOME, npm_config_cache } = handedDown({ HOME: NOWHERE, npm_config_cache: `${NOWHERE}/.npm` });
  expect(HOME).toBe(`${tmpdir()}/posts-report-${process.getuid?.()}`);
  expect(npm_config_cache).toBeUndefined();
});

test('keeps a cache of npm that the user has chosen', () => {
  const env = { HOME: NOWHERE, npm_config_cache: '/var/cache/npm' };
  expect(handedDown(env).npm_config_cache).toBe('/var/cache/npm');
});
