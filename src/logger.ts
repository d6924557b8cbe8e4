import { pino } from 'pino';
import type { LogLevel } from './config.js';
import type { Logger } from './jobs/ports/logger.js';
import { withoutPasswords } from './jobs/without-passwords.js';

/**
 * JSON, one line an event, to standard output. Passwords in URLs and authorization headers never reach it.
 *
 * Through process.stdout and not pino's own destination: when the reader of the log dies, that one (sonic-boom 4.2.1) waits
 * with Atomics.wait for a pipe that is never read, and the process hangs instead of stopping.
 */
export function createLogger(options: { level: LogLevel; process: string }): Logger {
  return pino(
    {
      level: options.level,
      base: { process: options.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['authorization', '*.authorization', 'req.headers.authorization'],
      serializers: { err: serializeError },
    },
    linesTo(process.stdout),
  );
}

/** One write for the lines of a turn of the event loop: a pipe takes each at once, and costs a system call for it. */
function linesTo(output: NodeJS.WriteStream): { write(line: string): void } {
  let lines = '';
  const flush = (): void => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  output.on('error', () => {}); // the log is not read any more
  process.on('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, code } = pino.stdSerializers.err(error) as Record<string, unknown>;
  return { type, code, message: redacted(message), stack: redacted(stack) };
}

function redacted(text: unknown): unknown {
  return typeof text === 'string' ? withoutPasswords(text) : text;
}
