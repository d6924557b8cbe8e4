/** Interval at which the process checks whether npm still runs. */
const LOOK_FOR_PARENT_MS = 250;
/** Requests within this time count as one, because Ctrl-C arrives twice: from the terminal, and passed on by npm. */
const SAME_REQUEST_MS = 1000;

/**
 * Calls `onStop` on Ctrl-C, SIGTERM or SIGHUP, and when the npm that started this process has ended. The end of npm is
 * seen by the change of the parent's pid, because npm passes no signal on when it is killed with SIGKILL. A second
 * request calls `onUrgentStop`.
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
