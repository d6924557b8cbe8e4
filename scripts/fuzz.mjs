/**
 * `npm run fuzz`: sends seeded requests to a service of its own and reports what it did wrong. See docs/security.md.
 */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { installIfNeeded } = await import('./install.mjs');
await runCommand(async () => {
  await installIfNeeded();
  // Runs in this process, so that everything which the run has started ends with it.
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import('../tests/fuzz/main.js');
  return main(process.argv.slice(2));
});
