/**
 * Node.js loads this module into each server of the bench. On request over the process's channel, the module reports
 * how long the event loop was blocked, and the peak memory. The server's own code is unchanged.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('message', (message) => {
    if (message === 'bench: begin') delay.reset();
    if (message === 'bench: report') {
      const { max } = delay;
      process.send?.({
        longestBlockMs: max / 1e6,
        p99BlockMs: delay.percentile(99) / 1e6,
        peakRssMb: process.resourceUsage().maxRSS / 1024,
      });
    }
  });
  process.on('disconnect', () => process.exit()); // the bench has ended
  process.channel?.unref();
}
