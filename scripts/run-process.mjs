/** `npm run api`, `npm run worker`: runs one process of the service, with the database and broker of this checkout. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { runCompiled } = await import('./run-compiled.mjs');
const [name = 'api', ...args] = process.argv.slice(2);
await runCommand(() => runCompiled(name, args));
