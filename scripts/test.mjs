/** `npm test`: all checks and all tests; `npm test -- ARGS`: jest with these arguments. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { runJest } = await import('./run-jest.mjs');
const { testEverything } = await import('./test-everything.mjs');
const args = process.argv.slice(2);
await runCommand(async () => (args.length > 0 ? runJest(args) : testEverything()));
