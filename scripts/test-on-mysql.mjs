/** `npm run test:mysql` runs the tests of ports, HTTP and processes on MySQL; with `-- ARGS` it runs jest with ARGS. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { runJestOnMySql } = await import('./run-jest.mjs');
await runCommand(async () => runJestOnMySql(process.argv.slice(2)));
