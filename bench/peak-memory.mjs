/**
 * Node.js loads this module into a command. When the command ends, the module writes the command's peak memory, in kB,
 * to BENCH_PEAK_FILE.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['BENCH_PEAK_FILE'];
if (isMainThread && file)
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
