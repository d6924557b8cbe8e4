/** The user of the system. A user with only a number (`docker run --user 1234`) has no name and no home folder. */
import { accessSync, constants } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** @returns {string} For a user with only a number, a name that no account of the system has. */
export function userName() {
  try {
    return userInfo().username;
  } catch {
    return bareName();
  }
}

/**
 * @returns {string} `HOME`, or the home folder in the system's records; a temporary folder where the user cannot write
 * there (`HOME=/` in a container).
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

/** The environment of child processes, npm among them, all of which write to the home folder. */
export function useHomeFolder() {
  const home = homeFolder();
  const { HOME: given, npm_config_cache: cache } = process.env;
  if (given === home) return;
  process.env['HOME'] = home;
  // npm passes its cache folder on to child processes, where it could not be written.
  if (given !== undefined && cache === join(given, '.npm')) delete process.env['npm_config_cache'];
}

function bareName() {
  return `posts-report-${process.getuid?.() ?? 0}`;
}
