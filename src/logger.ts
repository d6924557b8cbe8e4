import { pino } from 'pino';
import type { LogLevel } from './config.js';
import type { Logger } from './jobs/ports/logger.js';
import { withoutPasswords } from './jobs/without-passwords.js';

/**
 * Logs JSON to standard output, one line per event, without passwords in URLs and without authorization headers.
 *
 * The logger writes through `process.stdout` instead of pino's own destination (sonic-boom 4.2.1). When the reader of
 * the log dies, sonic-boom waits with `Atomics.wait` for a pipe that is never read, so that the process hangs instead
 * of stopping.
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

/** Combines the lines of one turn of the event loop into one write, because each write to a pipe is a system call. */
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
