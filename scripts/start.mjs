/** `npm start`. */
import './node-version.mjs';

// Not a static import: what it needs may be more than an old Node can read.
const { runCommand } = await import('./command.mjs');
const { startService } = await import('./start/service.mjs');
await runCommand(() => startService(process.env));
