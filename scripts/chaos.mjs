/** `npm run chaos`: real processes under a seeded plan of faults, and a verdict. See docs/reliability.md. */
import './node-version.mjs';

const { runSuite } = await import('./run-suite.mjs');
await runSuite(() => import('../tests/chaos/main.js'));
