import type { Breach } from './evidence.js';
import { groupBy } from './group-by.js';
import type { Quantiles } from './figures.js';
import type { Verdict } from './run-chaos.js';

const SHOWN_PER_RULE = 5;

export function printVerdict(
  { breaches, figures }: Verdict,
  { seed, json }: { seed: number; json: boolean },
  say: (line: string) => void,
): void {
  const { accept, notified, recovery } = figures;
  say(
    `requests ${figures.requests}: accepted ${figures.accepted}, refused ${figures.refused}, without an answer ${figures.unknown}`,
  );
  say(`jobs ${sums(figures.jobs)}; attempts ${sums(figures.attempts)}`);
  say(
    `attempts beyond the first ${figures.retriesUsed}, retries by the operator ${figures.operatorRetries}, fenced ${figures.fenced}`,
  );
  say(`faults ${figures.faults}, processes ended ${figures.exits}, watches ${figures.watches}`);
  say(
    `accepted after ${spread(accept)}; observers notified after ${spread(notified)}; running again after kill -9 of a worker ${spread(recovery)}`,
  );
  say(
    `took ${figures.seconds} s; drained ${figures.drainedSeconds ?? 'never: more than'} s after the last fault`,
  );
  for (const [rule, found] of groupBy(breaches, (breach: Breach) => breach.rule)) {
    say(`BROKEN: ${rule} (${found.length})`);
    for (const { jobId, detail } of found.slice(0, SHOWN_PER_RULE))
      say(`  ${jobId ? `${jobId}: ` : ''}${detail.slice(0, 400)}`);
  }
  say(`seed ${seed}: ${breaches.length === 0 ? 'the promises held' : `FAILED, ${breaches.length} breaches`}`);
  if (json)
    say(JSON.stringify({ seed, ok: breaches.length === 0, breaches: breaches.slice(0, 100), figures }));
}

function sums(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function spread({ count, p50, p99, max }: Quantiles): string {
  return count === 0 ? '(none)' : `p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms (${count})`;
}
