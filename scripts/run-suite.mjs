import { runCommand } from './command.mjs';
import { installIfNeeded } from './install.mjs';

/**
 * Runs a suite of `tests/` with the arguments of this process, as a command of package.json.
 * @param {() => Promise<{ main: (args: readonly string[]) => Promise<number> }>} load
 */
export async function runSuite(load) {
  await runCommand(async () => {
    await installIfNeeded();
    // Runs in this process, so that everything which the run has started ends with it.
    const { register } = await import('tsx/esm/api');
    register();
    const { main } = await load();
    return main(process.argv.slice(2));
  });
}
