/** How often to look whether npm is still there. */
const LOOK_FOR_PARENT_MS = 250;
/** Ctrl-C comes twice within a moment: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 1000;

/**
 * Calls back for Ctrl-C, for SIGTERM and SIGHUP, and when the npm that started this is no more. npm killed with
 * SIGKILL cannot pass anything on; all that shows is another parent. The second time it is meant urgently.
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
