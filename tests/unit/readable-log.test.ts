import { describe, expect, test } from '@jest/globals';
import { readableLine } from '../../scripts/start/readable-log.mjs';

describe('a log line for a person', () => {
  test('is there from WARN on', () => {
    expect(readableLine('{"level":"info","msg":"request"}')).toBeUndefined();
    expect(readableLine('{"level":"error","msg":"job failed","jobId":"01J"}')).toBe(
      'ERROR job failed jobId=01J',
    );
  });

  test('shows the innermost cause of an error', () => {
    const err = {
      message: 'The database is not available.',
      stack: [
        'ServiceUnavailableError: The database is not available.',
        '    at unavailable (src/adapters/mysql/database-errors.ts:75:10)',
        "caused by Error: SELECT user_id FROM posts - Table 'app.posts' doesn't exist",
        '    at Packet.asError (node_modules/mysql2/lib/packets/packet.js:740:17)',
      ].join('\n'),
    };
    expect(readableLine(JSON.stringify({ level: 'error', msg: 'job failed', err }))).toBe(
      'ERROR job failed: The database is not available: ' +
        "SELECT user_id FROM posts - Table 'app.posts' doesn't exist",
    );
  });

  test('shows a cause once that the message has already', () => {
    const err = {
      message: 'Outer: inner',
      stack: 'Error: Outer\n    at a.ts:1\ncaused by: Error: inner\n    at b.ts:1',
    };
    expect(readableLine(JSON.stringify({ level: 'warn', msg: 'a try', err }))).toBe(
      'WARN a try: Outer: inner',
    );
  });

  test('stays as it is when it is no log line', () => {
    expect(readableLine('Segmentation fault')).toBe('Segmentation fault');
    expect(readableLine(' ')).toBeUndefined();
  });
});
