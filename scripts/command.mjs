import { homeFolder } from './servers/system-user.mjs';

/**
 * Runs what a command of package.json does, and ends with its exit code. Of an error it prints the message
 * only: these errors are written for the person who typed the command.
 * @param {() => Promise<number>} command
 */
export async function runCommand(command) {
  // Packages, Knex's command line among them, fail where the system knows no home folder.
  process.env['HOME'] ||= homeFolder();
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  process.exit();
}
