/** Formats a JSON log line of the API or the worker for a terminal. */

const WARN = 40;
/** Names for the levels of pino. */
const LEVELS = new Map([
  [40, 'WARN'],
  [50, 'ERROR'],
  [60, 'FATAL'],
]);
/** Fields that every line has, or that are shown otherwise. */
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
 * @returns {string | undefined} Undefined when it is nothing that a person at the terminal should see.
 */
export function readableLine(line) {
  const entry = parse(line);
  if (!entry) return line.trim() === '' ? undefined : line; // not a log line: a crash, a warning of Node
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

/** @param {unknown} level A number as pino writes it, or a name. */
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
 * The message of the innermost cause. An error that crossed threads has its causes in the stack only.
 * @param {unknown} fault
 */
function causeOf(fault) {
  if (typeof fault !== 'object' || fault === null || !('stack' in fault)) return undefined;
  const causes = [...String(fault.stack).matchAll(/^caused by:? (?:\w*Error: )?(.+)$/gm)];
  const cause = causes.at(-1)?.[1];
  return cause === undefined || messageOf(fault)?.includes(cause) ? undefined : cause;
}
