import { CONTESTANTS } from './contestants.js';

/** CHILD PROCESS: runs its contestant once for each message, and replies with the answer and the cost. */
const [, , name = ''] = process.argv;
const load = CONTESTANTS[name];
if (load === undefined) throw new Error(`there is no contestant ${name}`);
const start = await load();
const run = await start();

process.on('message', () => {
  void (async () => {
    const before = process.cpuUsage();
    try {
      const answered = await run();
      const { answer, figures } = typeof answered === 'string' ? { answer: answered, figures: {} } : answered;
      const { user, system } = process.cpuUsage(before);
      const peakRssMb = process.resourceUsage().maxRSS / 1024;
      process.send?.({ answer, cpuMs: (user + system) / 1000, peakRssMb, figures });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  })();
});

// The bench has ended.
process.on('disconnect', () => process.exit());
