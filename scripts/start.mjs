/** Runs `npm start`. */
import './node-version.mjs';

// The imports are dynamic, because an old Node may be unable to parse the imported files.
const { runCommand } = await import('./command.mjs');
const { startService } = await import('./start/service.mjs');
await runCommand(() => startService(process.env));
