import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { BROKERS } from '../../src/adapters/broker-url.js';

describe('npm run chaos', () => {
  test.each(BROKERS)(
    'the promises hold on %s in a short run with every sort of fault',
    async (broker) => {
      const { code, output } = await chaos(
        ...['--broker', broker, '--seed', '20', '--jobs', '60', '--kills', '8'],
      );
      expect(output).toContain('the promises held');
      expect(code).toBe(0);
    },
    600_000,
  );

  test('says how it is used, and ends with 2, when it cannot read its arguments', async () => {
    const { code, output } = await chaos('--kills', '-1');
    expect(output).toContain('Usage: npm run chaos');
    expect(code).toBe(2);
  });
});

function chaos(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env };
  delete env['NODE_OPTIONS']; // has options for jest only
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts/chaos.mjs'), ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
