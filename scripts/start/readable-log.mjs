/** Formats a JSON log line of the API or the worker for a terminal. */

const WARN = 40;
/** pino's numbers of log levels → their names. */
const LEVELS = new Map([
  [40, 'WARN'],
  [50, 'ERROR'],
  [60, 'FATAL'],
]);
/** Fields that are not printed as `name=value`: every line has them, or the line's message contains them. */
const NOT_SHOWN = new Set([
  'level',
  'time',
  'msg',
  'message',
  'pid',
  'hostname',
  'name',
  'err',
  'error',
  'stack',
]);

/**
 * @param {string} line
 * @returns {string | undefined} Undefined when the line is empty or its level is below WARN.
 */
export function readableLine(line) {
  const entry = parse(line);
  if (!entry) return line.trim() === '' ? undefined : line; // not JSON: a crash, a warning of Node
  const level = levelOf(entry['level']);
  if (level < WARN) return undefined;
  const fault = entry['err'] ?? entry['error'];
  const details = Object.entries(entry)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const message = [entry['msg'] ?? entry['message'], messageOf(fault), causeOf(fault)]
    .filter(Boolean)
    .join(': ')
    .replaceAll('.: ', ': ');
  return [LEVELS.get(level) ?? String(level), message, ...details].join(' ');
}

/**
 * @param {string} line
 * @returns {Record<string, unknown> | undefined}
 */
function parse(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** @param {unknown} level pino's number of the level, or the level's name. */
function levelOf(level) {
  if (typeof level === 'number') return level;
  const named = [...LEVELS].find(([, name]) => name === String(level).toUpperCase());
  return named?.[0] ?? 0;
}

/** @param {unknown} fault */
function messageOf(fault) {
  if (typeof fault === 'string') return fault;
  if (typeof fault !== 'object' || fault === null || !('message' in fault)) return undefined;
  return String(fault.message);
}

/**
 * Returns the message of the innermost cause. The message comes from the text of the stack, because an error that was
 * sent from another thread has its causes only there.
 * @param {unknown} fault
 */
function causeOf(fault) {
  if (typeof fault !== 'object' || fault === null || !('stack' in fault)) return undefined;
  const causes = [...String(fault.stack).matchAll(/^caused by:? (?:\w*Error: )?(.+)$/gm)];
  const cause = causes.at(-1)?.[1];
  return cause === undefined || messageOf(fault)?.includes(cause) ? undefined : cause;
}
