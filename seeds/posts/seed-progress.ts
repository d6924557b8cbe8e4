import cliProgress from 'cli-progress';

export interface SeedProgress {
  advance(posts: number): void;
  stop(): void;
}

/** Shows a progress bar on a terminal; otherwise prints a line for each tenth of 100,000 or more posts. */
export function showProgress(total: number): SeedProgress {
  return process.stdout.isTTY ? bar(total) : lines(total);
}

function bar(total: number): SeedProgress {
  const progress = new cliProgress.SingleBar(
    { format: '{bar} {percentage}% | {value}/{total} posts | {eta_formatted} left' },
    cliProgress.Presets.shades_classic,
  );
  progress.start(total, 0);
  return { advance: (posts) => progress.increment(posts), stop: () => progress.stop() };
}

function lines(total: number): SeedProgress {
  let written = 0;
  let shown = 0;
  return {
    advance(posts) {
      written += posts;
      const tenths = Math.floor((written * 10) / total);
      if (tenths > shown && total >= 100_000) {
        console.log(`${tenths * 10}%: ${written.toLocaleString('en')} posts`);
      }
      shown = tenths;
    },
    stop() {},
  };
}
