/** What commands of package.json begin with that cannot do so themselves: the packages, when they are not there. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
await runCommand(async () => {
  await installIfNeeded();
  return 0;
});
