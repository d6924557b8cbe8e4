import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { createLogger } from '../../src/logger.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a line stays one line of JSON, with any text of callers in it', async () => {
  let written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  const path = '/a\r\n{"level":"error"}\u001b[31m\u2028';

  createLogger({ level: 'info', process: 'api' }).info({ path }, 'request');
  await nextTurn();

  expect(written.split(/[\r\n]/)).toEqual([written.trimEnd(), '']);
  expect(written).not.toContain('\u001b');
  expect(JSON.parse(written)).toMatchObject({ path, msg: 'request' });
});
