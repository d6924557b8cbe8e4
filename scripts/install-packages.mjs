/** Installs missing packages, for commands of package.json that cannot do so themselves. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
await runCommand(async () => {
  await installIfNeeded();
  return 0;
});
