/** Installs missing packages, before commands of package.json that cannot install them themselves. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
await runCommand(async () => {
  await installIfNeeded();
  return 0;
});
