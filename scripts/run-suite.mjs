import { runCommand } from './command.mjs';
import { installIfNeeded } from './install.mjs';

/**
 * Runs a suite of `tests/` as a command of package.json, with the command's arguments.
 * @param {() => Promise<{ main: (args: readonly string[]) => Promise<number> }>} load
 */
export async function runSuite(load) {
  await runCommand(async () => {
    await installIfNeeded();
    // The suite runs in this process, so that everything that it starts ends with this process.
    const { register } = await import('tsx/esm/api');
    register();
    const { main } = await load();
    return main(process.argv.slice(2));
  });
}
