/** `npm run db:…`: runs knex's command line on the database of this checkout. */
import './node-version.mjs';

const { runCommand } = await import('./command.mjs');
const { runKnex } = await import('./run-knex.mjs');
await runCommand(() => runKnex(process.argv.slice(2)));
