/** Name and home folder of the current user. A user without an account (`docker run --user 1234`) has neither. */
import { accessSync, constants } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** @returns {string} For a user without an account, a name that no account has: `posts-report-` and the user id. */
export function userName() {
  try {
    return userInfo().username;
  } catch {
    return bareName();
  }
}

/**
 * @returns {string} `HOME`, otherwise the home folder of the user's account. If the user cannot write to that folder
 *   (`HOME=/` in a container): a folder below the system's temporary folder.
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

/** Sets HOME to a folder that the user can write to, because npm and other child processes write to it. */
export function useHomeFolder() {
  const home = homeFolder();
  const { HOME: given, npm_config_cache: cache } = process.env;
  if (given === home) return;
  process.env['HOME'] = home;
  // npm has set npm_config_cache to a folder in the old home folder, to which child processes cannot write.
  if (given !== undefined && cache === join(given, '.npm')) delete process.env['npm_config_cache'];
}

function bareName() {
  return `posts-report-${process.getuid?.() ?? 0}`;
}
