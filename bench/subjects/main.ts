import { SUBJECTS } from './index.js';

/** CHILD PROCESS: runs its subject once for each message, and answers with what it cost. */
const [, , name = ''] = process.argv;
const start = SUBJECTS[name];
if (start === undefined) throw new Error(`there is no subject ${name}`);
const run = await start();

process.on('message', () => {
  void (async () => {
    const before = process.cpuUsage();
    try {
      const answer = await run();
      const { user, system } = process.cpuUsage(before);
      const peakRssMb = process.resourceUsage().maxRSS / 1024;
      process.send?.({ answer, cpuMs: (user + system) / 1000, peakRssMb });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  })();
});
