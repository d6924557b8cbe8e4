/**
 * `npm run fuzz`: starts a service, sends it requests that a seed determines, and reports faulty behaviour. See
 * docs/security.md.
 */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/fuzz/main.js'));
