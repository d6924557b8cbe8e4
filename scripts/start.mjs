/** `npm start`. */
import './node-version.mjs';

// Not a static import, because an old Node might not parse the imported files.
const { runCommand } = await import('./command.mjs');
const { startService } = await import('./start/service.mjs');
await runCommand(() => startService(process.env));
