import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import { spawnTethered } from '../../scripts/servers/tethered-process.mjs';
import { waitUntilGone } from '../support/checkout.js';

const MODULE = new URL('../../scripts/servers/tethered-process.mjs', import.meta.url).href;
const onLinux = process.platform === 'linux';

describe.each(onLinux ? (['parent-death-signal', 'watchdog'] as const) : (['watchdog'] as const))(
  'by %s',
  (tether) => {
    test('the process ends with a launcher that is killed', async () => {
      const code = `
      const { spawnTethered } = await import(${JSON.stringify(MODULE)});
      const { pid } = await spawnTethered('sleep', ['1000'], { tether: '${tether}' });
      console.log(pid);`;
      const launcher = spawn(process.execPath, ['--input-type=module', '-e', code]);
      const [line] = await once(createInterface({ input: launcher.stdout }), 'line');
      launcher.kill('SIGKILL');
      await waitUntilGone([Number(line)]);
    });

    test('its exit code, its death by a signal and its output reach the launcher', async () => {
      const speaking = await spawnTethered('sh', ['-c', 'echo hello; exit 3'], { tether });
      if (!speaking.stdout) throw new Error('no output');
      const [line] = await once(createInterface({ input: speaking.stdout }), 'line');
      expect(line).toBe('hello');
      expect(await speaking.exited).toEqual({ code: 3, signal: null });

      const sleeping = await spawnTethered('sleep', ['1000'], { tether });
      sleeping.kill('SIGKILL');
      expect(await sleeping.exited).toEqual({ code: null, signal: 'SIGKILL' });
      expect(sleeping.running).toBe(false);
    });
  },
);

if (onLinux)
  test('a jest worker and what it started end when jest is killed', async () => {
    const END_WITH_JEST = new URL('../support/end-with-jest.mjs', import.meta.url).href;
    const code = `
    const { spawn } = await import('node:child_process');
    console.log(spawn('sleep', ['1000']).pid);
    process.on('message', () => {});`;
    const worker = spawn(process.execPath, ['--import', END_WITH_JEST, '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    if (!worker.stdout) throw new Error('no output');
    const [line] = await once(createInterface({ input: worker.stdout }), 'line');
    worker.disconnect();
    await waitUntilGone([worker.pid, Number(line)]);
  });
