import { execFileSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/project.mjs';

/** Nice values go from -20 to 19; a higher one means less time. */
const LAST = 19;

const SCRIPT = `
  import { getPriority } from 'node:os';
  import { lowerPriority } from './src/adapters/threads/lower-priority.ts';
  lowerPriority();
  console.log(getPriority());`;

test.each([0, 5, 12])(
  'a thread of a process that runs with nice %i more gets a lower priority still',
  (nice) => {
    const own = Math.min(LAST, getPriority() + nice);
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', SCRIPT];
    const printed = execFileSync('nice', ['-n', String(nice), ...node], { cwd: root, encoding: 'utf8' });
    expect(Number(printed)).toBe(Math.min(LAST, own + 10));
  },
);
