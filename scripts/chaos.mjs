/**
 * `npm run chaos`: runs the service as real processes, injects faults that a seed determines, and reports broken
 * promises. See docs/reliability.md.
 */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/chaos/main.js'));
