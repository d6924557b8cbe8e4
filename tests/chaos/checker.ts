import { gather, type Breach, type Evidence, type Facts, type Found } from './evidence.js';
import {
  acceptedJobsExist,
  jobsHaveEnds,
  endedJobsAreAtRest,
  sightingsAgreeWithTables,
  transitionsAreLegal,
  cancelsHold,
} from './rules/statuses.js';
import {
  attemptsAreConsistent,
  lastAttemptExplainsStatus,
  attemptsDoNotOverlap,
  workersKeepToSlots,
  retriesWait,
  retriesAreExact,
  leasesRunOutForAReason,
  lostWorkersAreNoticed,
} from './rules/attempts.js';
import { resultsAreSingle, resultsEqualOracle } from './rules/results.js';
import {
  eventsComeAfterTheirChange,
  observersGetTheEndOnce,
  observersAreNotifiedSoon,
  observersAreNotifiedWithoutBroker,
  jobsStartSoon,
} from './rules/observers.js';
import {
  keysStandForOneJob,
  filtersHaveOneOpenJob,
  requestsDoNotNeedBroker,
  refusalsAreKnown,
} from './rules/requests.js';
import {
  processesStay,
  queueCountsAreTrue,
  attemptsComeByMessage,
  metricsEqualTables,
} from './rules/processes.js';

/**
 * Checks a run's history and tables against the promises of docs/reliability.md. The check imports nothing from `src`,
 * so that it shares no fault with the service.
 */
export function check(evidence: Evidence): readonly Breach[] {
  const facts = gather(evidence);
  return RULES.flatMap(([rule, find]) => find(facts).map((breach) => ({ rule, ...breach })));
}

const RULES: readonly (readonly [name: string, find: (facts: Facts) => Found[]])[] = [
  ['an accepted job is in the table', acceptedJobsExist],
  ['every job has an end', jobsHaveEnds],
  ['an ended job waits for nothing', endedJobsAreAtRest],
  ['what was seen is what became of it', sightingsAgreeWithTables],
  ['only legal transitions', transitionsAreLegal],
  ['attempts are numbered, closed and counted', attemptsAreConsistent],
  ['the last attempt explains the status', lastAttemptExplainsStatus],
  ['one attempt at a time', attemptsDoNotOverlap],
  ['a worker keeps to its slots', workersKeepToSlots],
  ['a retry waits as long as it should', retriesWait],
  ['a lease runs out only where something was disturbed', leasesRunOutForAReason],
  ['a worker that was killed is noticed in time', lostWorkersAreNoticed],
  ['one result, of the last attempt', resultsAreSingle],
  ['results equal the oracle', resultsEqualOracle],
  ['every observer gets the end once', observersGetTheEndOnce],
  ['what is published is in the table', eventsComeAfterTheirChange],
  ['observers are notified at once when nothing disturbs', observersAreNotifiedSoon],
  ['observers are notified by the poll while only the broker is away', observersAreNotifiedWithoutBroker],
  ['jobs start at once when nothing disturbs', jobsStartSoon],
  ['a key stands for one job', keysStandForOneJob],
  ['one open job of a filter', filtersHaveOneOpenJob],
  ['a cancel that was confirmed holds', cancelsHold],
  ['a failed job is retried once', retriesAreExact],
  ['requests are accepted at once while only the broker is away', requestsDoNotNeedBroker],
  ['refusals are those of the contract', refusalsAreKnown],
  ['processes stay', processesStay],
  ["the queue's own counts are true", queueCountsAreTrue],
  ['attempts come by message when nothing disturbs', attemptsComeByMessage],
  ['metrics equal the tables', metricsEqualTables],
];
