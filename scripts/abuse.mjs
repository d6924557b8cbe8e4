/** `npm run abuse`: attacks of one client on a service of its own, and what another client feels. See docs/security.md. */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/abuse/main.js'));
