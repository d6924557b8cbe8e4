import { pino } from 'pino';
import type { LogLevel } from './config.js';
import type { Logger } from './reports/ports/logger.js';

/**
 * JSON, one line an event, to standard output. Passwords in URLs and authorization headers never reach it.
 *
 * Through process.stdout and not pino's own destination: when whoever reads the log dies, that one (sonic-boom 4.2.1) waits
 * with Atomics.wait for a pipe that nobody will ever read, and the process hangs instead of stopping.
 */
export function createLogger(options: { level: LogLevel; process: string }): Logger {
  process.stdout.on('error', () => {}); // nobody reads the log any more
  return pino(
    {
      level: options.level,
      base: { process: options.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['authorization', '*.authorization', 'req.headers.authorization'],
      serializers: { err: serializeError },
    },
    process.stdout,
  );
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, code } = pino.stdSerializers.err(error) as Record<string, unknown>;
  return { type, code, message: withoutPasswords(message), stack: withoutPasswords(stack) };
}

function withoutPasswords(text: unknown): unknown {
  return typeof text === 'string' ? text.replace(/(\w+:\/\/[^\s:/@]*):[^\s@]*@/g, '$1:***@') : text;
}
