/** `npm run abuse`: attacks of one client on a service of its own, and what another client feels. See docs/security.md. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
await runCommand(async () => {
  await installIfNeeded();
  // In this process, so that its end takes everything with it that the run has started.
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('../tests/abuse/main.js');
  return main(process.argv.slice(2));
});
