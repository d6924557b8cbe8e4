import { useHomeFolder } from './servers/system-user.mjs';

/**
 * Runs a command of package.json, and exits with its code. Prints only the message of an error, because the person who
 * typed the command needs no stack.
 * @param {() => Promise<number>} command
 */
export async function runCommand(command) {
  // Some packages, Knex's command line among them, fail without a home folder.
  useHomeFolder();
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  process.exit();
}
