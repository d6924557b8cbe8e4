import { NO_FAILURES, disturbances, type Facts, type Found } from '../evidence.js';
import { RECOVERY_MS } from './late.js';

export function processesStay({ history }: Facts): Found[] {
  return history.flatMap((event) => {
    if (event.type !== 'exit') return [];
    const { process, code, signal, wanted } = event;
    if (!wanted) return [{ detail: `${process} ended by itself (${signal ?? `exit code ${code}`})` }];
    // A process that gets SIGTERM must exit with 0.
    return signal === null && code !== 0
      ? [{ detail: `${process} was asked to stop and ended with ${code}` }]
      : [];
  });
}

/**
 * Checks only attempts without a fault near them. After a fault a message may be delivered twice: the queue counts two
 * ends, and the second handler finds nothing to do.
 */
export function queueCountsAreTrue(facts: Facts): Found[] {
  const disturbed = disturbances(facts, RECOVERY_MS, (name) => !/posts-away|slow-reads/.test(name));
  return facts.tables.attempts.flatMap(({ jobId, number, errorCode, startedAt, endedAt }) => {
    if (disturbed(startedAt, endedAt ?? Infinity)) return [];
    const message = `${jobId}-${number}`;
    const failed = !NO_FAILURES.has(errorCode);
    if (!(failed ? facts.queue.succeeded : facts.queue.failed).has(message)) return [];
    return [{ jobId, detail: `attempt ${number} ended with ${errorCode}, and the queue says the opposite` }];
  });
}

/** Checks only attempts after the last fault that may lose a message. SCRIPT FLUSH loses no message. */
export function attemptsComeByMessage({ history, tables, queue }: Facts): Found[] {
  const ofNote = history.filter(
    (event) => event.type === 'exit' || (event.type === 'fault' && !/script-flush/.test(event.name)),
  );
  const quietSince = ofNote.reduce((latest, { at }) => Math.max(latest, at + RECOVERY_MS), 0);
  return tables.attempts
    .filter(({ startedAt }) => startedAt > quietSince)
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, queue.remembers / 2) // some of the remembered messages began no attempt
    .flatMap(({ jobId, number }) => {
      const message = `${jobId}-${number}`;
      if (queue.succeeded.has(message) || queue.failed.has(message)) return [];
      return [{ jobId, detail: `attempt ${number} began without a message` }];
    });
}

export function metricsEqualTables({ metrics, tables, settings }: Facts): Found[] {
  if (metrics.length === 0) return [{ detail: 'there are none' }];
  return metrics.flatMap((samples, api) => {
    const compare = (name: string, expected: number): Found[] =>
      samples.get(name) === expected
        ? []
        : [{ detail: `API ${api + 1} says ${name} is ${samples.get(name)}; it is ${expected}` }];
    return [
      ...(['QUEUED', 'RUNNING', 'RETRYING', 'FAILED'] as const).flatMap((status) =>
        compare(
          `posts_report_jobs{status="${status}"}`,
          tables.jobs.filter((job) => job.status === status).length,
        ),
      ),
      ...compare('posts_report_workers', settings.workers),
      ...compare('posts_report_mysql_up', 1),
      ...compare('posts_report_broker_up', 1),
    ];
  });
}
