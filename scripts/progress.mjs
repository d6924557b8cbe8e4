/**
 * Shows progress. On a terminal: one live line with all running steps. Elsewhere: a line for each step that takes
 * longer than a second, repeated every 15 s. In both cases a line is printed when a step has succeeded.
 */

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 100;
const FIRST_LINE_MS = 1000;
const REMINDER_MS = 15_000;
/** A step that ends sooner gets no line at its end. */
const WORTH_A_LINE_MS = 200;

/** @typedef {(text: string) => void} Print */

/**
 * @typedef {object} Progress
 * @property {Print} print Prints a line.
 * @property {Print} fail Prints a line on standard error.
 * @property {<T>(title: string, action: (print: Print) => Promise<T>) => Promise<T>} step
 *   Shows the title while the action runs. Text that the action prints replaces the title.
 * @property {<T>(action: () => Promise<T>) => Promise<T>} handOver
 *   Draws nothing while the action runs, because the action draws on the terminal.
 */

/**
 * @param {NodeJS.WriteStream} stream
 * @returns {Progress}
 */
export function createProgress(stream) {
  /** @type {Set<{ text: string, began: number }>} */
  const active = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let redrawing;
  let frame = 0;
  let handedOver = false;

  const clear = () => stream.isTTY && stream.write('\r\u001B[K');
  const draw = () => {
    if (handedOver || active.size === 0) return;
    const texts = [...active].map(({ text, began }) => `${seconds(began).toFixed(0)} s ${text}`);
    const line = `${FRAMES[frame++ % FRAMES.length]} ${texts.join(' · ')}`;
    stream.write(`\r\u001B[K${line.slice(0, (stream.columns || 80) - 1)}`);
  };
  const print = (/** @type {string} */ text) => {
    clear();
    stream.write(`${text}\n`);
  };

  return {
    print,
    fail(text) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    async step(title, action) {
      const entry = { text: title, began: Date.now() };
      active.add(entry);
      if (stream.isTTY) redrawing ??= setInterval(draw, FRAME_MS);
      const stopReminding = stream.isTTY ? () => {} : remind(entry, print);
      try {
        const result = await action((text) => {
          entry.text = text;
        });
        if (seconds(entry.began) * 1000 >= WORTH_A_LINE_MS)
          print(`✔ ${title} (${seconds(entry.began).toFixed(1)} s)`);
        return result;
      } finally {
        stopReminding();
        active.delete(entry);
        if (active.size === 0) {
          clearInterval(redrawing);
          redrawing = undefined;
          clear();
        }
      }
    },
    async handOver(action) {
      clear();
      handedOver = true;
      try {
        return await action();
      } finally {
        handedOver = false;
      }
    },
  };
}

/**
 * @param {{ text: string, began: number }} entry
 * @param {Print} print
 */
function remind(entry, print) {
  const line = () => print(`  ${entry.text} … ${seconds(entry.began).toFixed(0)} s`);
  /** @type {NodeJS.Timeout | undefined} */
  let reminder;
  const first = setTimeout(() => {
    line();
    reminder = setInterval(line, REMINDER_MS);
  }, FIRST_LINE_MS);
  return () => {
    clearTimeout(first);
    clearInterval(reminder);
  };
}

/** @param {number} began */
function seconds(began) {
  return (Date.now() - began) / 1000;
}
