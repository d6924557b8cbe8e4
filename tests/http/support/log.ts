import type { Logger } from '../../../src/jobs/ports/logger.js';

interface LogLine {
  readonly level: keyof Logger;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Creates a logger that records its lines. */
export function createLog() {
  const log: LogLine[] = [];
  const at = (level: keyof Logger) => (fields: object, message: string) =>
    void log.push({ level, fields: { ...fields }, message });
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const logged = (level: keyof Logger) => log.filter((line) => line.level === level);
  return { logger, log, logged };
}
