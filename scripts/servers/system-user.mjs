/** The user of the system. One that runs under a bare number (`docker run --user 1234`) has no name and no home folder. */
import { accessSync, constants } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** @returns {string} For a bare number a name that no account of the system has. */
export function userName() {
  try {
    return userInfo().username;
  } catch {
    return bareName();
  }
}

/**
 * @returns {string} `HOME`, or what the system has noted; where the user cannot write there (`HOME=/` in a container), a
 * folder of its own among the temporary ones.
 */
export function homeFolder() {
  try {
    const home = homedir();
    accessSync(home, constants.W_OK);
    return home;
  } catch {
    return join(tmpdir(), bareName());
  }
}

/** For programs that this one starts, npm among them: all of them keep something at home. */
export function useHomeFolder() {
  const home = homeFolder();
  const { HOME: given, npm_config_cache: cache } = process.env;
  if (given === home) return;
  process.env['HOME'] = home;
  // npm hands its cache down to what it runs, and would find it where nothing can be written.
  if (given !== undefined && cache === join(given, '.npm')) delete process.env['npm_config_cache'];
}

function bareName() {
  return `posts-report-${process.getuid?.() ?? 0}`;
}
