import { describe, expect, it } from '@jest/globals';
import { preferredWait } from '../../src/http/rest/prefer.js';

describe('Prefer: wait', () => {
  it.each([
    ['wait=10', 10],
    ['wait=0', 0],
    ['Wait=5', 5],
    ['wait="5"', 5],
    ['wait = 5', 5],
    ['wait=61', 60],
    ['wait=999999999', 60],
    ['wait=99999999999999999999', 60],
    ['respond-async, wait=10, handling=lenient', 10],
    ['foo="a, wait=3", wait=7', 7],
    ['foo="\\", wait=3"; bar, wait=7', 7],
    ['wait=3; a=b, wait=7', 3],
    [', wait=4 ,', 4],
  ])('%s is honoured as %i seconds', (prefer, seconds) => {
    expect(preferredWait({ prefer })).toBe(seconds);
  });

  it.each([
    '',
    'respond-async',
    'wait',
    'wait=',
    'wait=-1',
    'wait=1.5',
    'wait=soon',
    'wait="',
    'wait=5 6',
    '@',
  ])('%s is ignored', (prefer) => {
    expect(preferredWait({ prefer })).toBeUndefined();
  });

  it('is read within milliseconds, with any content', () => {
    const started = performance.now();
    for (const text of [
      ';'.repeat(5000),
      'a'.repeat(5000),
      ` ${'; '.repeat(26)}"`,
      ` ${', '.repeat(26)}"`,
      `${' ; b = c '.repeat(100)}"`,
      `${' '.repeat(990)}"`,
      `a=${'"'.repeat(999)}`,
    ]) {
      preferredWait({ prefer: `a${text}` });
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});
