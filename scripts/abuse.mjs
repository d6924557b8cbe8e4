/**
 * `npm run abuse`: starts a service, attacks it with one client, and measures what another client notices. See
 * docs/security.md.
 */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/abuse/main.js'));
