/** `npm test` runs all checks and all tests; `npm test -- ARGS` runs jest with ARGS. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { runJest } = await import('./run-jest.mjs');
const { testEverything } = await import('./test-everything.mjs');
const args = process.argv.slice(2);
await runCommand(async () => (args.length > 0 ? runJest(args) : testEverything()));
