/** The user of the system. One that runs under a bare number (`docker run --user 1234`) has no name and no home folder. */
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

/** @returns {string} `HOME`, or what the system has noted, or else a folder of its own among the temporary ones. */
export function homeFolder() {
  try {
    return homedir();
  } catch {
    return join(tmpdir(), bareName());
  }
}

function bareName() {
  return `posts-report-${process.getuid?.() ?? 0}`;
}
