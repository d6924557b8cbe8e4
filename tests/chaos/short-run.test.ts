import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';
import { BROKERS } from '../../src/adapters/broker-url.js';

const LOSSES = {
  'bee-queue': /flushall/,
  rabbitmq: /purge-queue[^]*delete-queue|delete-queue[^]*purge-queue/,
};

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
    180_000,
  );

  test.each(BROKERS)('the same seed gives the same plan for %s, another one another', async (broker) => {
    const plans = await Promise.all(
      ['7', '7', '8'].map((seed) => chaos('--broker', broker, '--seed', seed, '--kills', '30', '--plan')),
    );
    const [first, again, other] = plans.map(({ output }) => output.split('\n').slice(1).join('\n'));
    expect(first).toMatch(/kill mariadb/);
    expect(first).toMatch(LOSSES[broker]);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('--only names the one kind of thing that faults reach', async () => {
    const { output } = await chaos('--only', 'broker', '--kills', '4', '--plan');
    const faults = output.split('\n').slice(1).filter(Boolean);
    expect(faults).toHaveLength(6);
    expect(faults.filter((fault) => !/(kill|stop) broker|flushall/.test(fault))).toEqual([]);
  });

  test.each([
    [['--kills', '-1']],
    [['--only', 'disk']],
    [['--jobs', 'many']],
    [['--mutant', 'no-such']],
    [['--broker', 'kafka']],
    [['--broker', 'rabbitmq', '--mutants']],
    [['--sed', '1']],
    [['1']],
  ])('%j cannot be read: says so and ends with 2', async (args) => {
    const { code, output } = await chaos(...args);
    expect(output).toContain('Usage: npm run chaos');
    expect(code).toBe(2);
  });
});

function chaos(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env };
  delete env['NODE_OPTIONS']; // jest's
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
