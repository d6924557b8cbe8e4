/**
 * `npm run fuzz`: sends seeded requests to a service of its own and reports what it did wrong. See docs/security.md.
 */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/fuzz/main.js'));
