/** Interval of the check for npm's process. */
const LOOK_FOR_PARENT_MS = 250;
/** Ctrl-C arrives twice: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 1000;

/**
 * Calls back for Ctrl-C, SIGTERM and SIGHUP, and when the npm that started this process is gone. An npm killed with
 * SIGKILL passes nothing on; only the parent's id changes. A second request is urgent.
 * @param {{ onStop: (why: string) => void, onUrgentStop: () => void }} callbacks
 */
export function listenForStop({ onStop, onUrgentStop }) {
  let first = 0;
  const request = (/** @type {string} */ why) => {
    if (first === 0) {
      first = Date.now();
      onStop(why);
    } else if (Date.now() - first > SAME_REQUEST_MS) onUrgentStop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => request(signal));

  const isUnderNpm = process.env['npm_lifecycle_event'] !== undefined;
  const parent = process.ppid;
  if (!isUnderNpm) return;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    request('npm has gone');
  }, LOOK_FOR_PARENT_MS);
  looking.unref();
}
