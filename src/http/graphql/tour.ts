import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { ReportDefinition } from '../../reports/report-definition.js';
import { isKey } from '../../reports/result-columns.js';
import { namesOf } from './report-names.js';

/** The tabs with which GraphiQL opens. Each tab can be run as it is. Its comment names the next step. */
export function tourOf({ reports }: Pick<ReportCatalog, 'reports'>): readonly string[] {
  const [first, ...others] = reports;
  const tabs = [
    ...(first === undefined ? [] : [askNow(first), requestJob(first), followEnds(first)]),
    JOBS,
    FAILURES,
    QUEUE,
    ...others.map(anotherReport),
  ];
  return tabs.map(({ text, operation }, index) => `${comment(`${index + 1}. ${text}`)}\n${operation}\n`);
}

interface Tab {
  readonly text: string;
  readonly operation: string;
}

function askNow(report: ReportDefinition): Tab {
  return {
    text: `Ask and wait: ${lowerFirst(report.title)}. Press play (Ctrl-Enter), then go on to the next tab.`,
    operation: reportNow('AskNow', report),
  };
}

function anotherReport(report: ReportDefinition): Tab {
  const { report: name, mutation } = namesOf(report);
  return {
    text: `Another report: ${lowerFirst(report.title)}. As a job: ${mutation}.`,
    operation: reportNow(name, report),
  };
}

function reportNow(name: string, report: ReportDefinition): string {
  const { query, total } = namesOf(report);
  return `query ${name} {
  ${query} {
    ${[total, ...totalsOf(report), 'asOf', 'durationMs'].join('\n    ')}
    rows(orderBy: ${largestFirst(report)}, first: 10) {
      nodes {
        ${report.columns.map((column) => column.name).join('\n        ')}
      }
    }
  }
}`;
}

function requestJob(report: ReportDefinition): Tab {
  return {
    text:
      'For reports that take longer: request a job. The answer comes at once; a worker does the work. ' +
      'With input: { waitMs: 5000 } it comes as soon as the job is over.',
    operation: `mutation RequestJob {
  ${namesOf(report).mutation} {
    job {
      id
      status
      queuePosition
      estimatedCompletionAt
      createdAt
    }
    coalesced
    userErrors {
      field
      message
      code
    }
  }
}`,
  };
}

function followEnds(report: ReportDefinition): Tab {
  const { report: type, total } = namesOf(report);
  return {
    text:
      'Be notified whenever a job ends. Start this, open this page in a second window, and run tab 2 there: the ' +
      'report shows up here. For one job: reportCompleted(jobId: "its id"), or jobUpdated(id: "its id") for its progress.',
    operation: `subscription FollowEnds {
  reportCompleted {
    id
    status
    errorCode
    attemptCount
    completedAt
    downloadUrl(format: CSV)
    result {
      ... on ${type} {
        ${[total, ...totalsOf(report)].join('\n        ')}
        rows(orderBy: ${largestFirst(report)}, first: 5) {
          nodes {
            ${report.columns.map((column) => column.name).join('\n            ')}
          }
        }
      }
    }
  }
}`,
  };
}

const JOBS: Tab = {
  text: 'Jobs, newest first, in every status.',
  operation: `query Jobs {
  jobs(first: 10) {
    totalCount
    nodes {
      id
      kind
      status
      createdAt
      completedAt
      progress {
        processedRows
        totalRows
        percent
      }
      attempts {
        number
        worker
        startedAt
        endedAt
        errorCode
      }
    }
  }
}`,
};

const FAILURES: Tab = {
  text:
    'Failures are kept and explained; the list is empty until a job fails. To run one again: ' +
    'mutation { retryJob(id: "its id") { job { status } userErrors { message } } }',
  operation: `query Failures {
  failedJobs(first: 10) {
    totalCount
    nodes {
      id
      errorCode
      errorMessage
      fingerprint
      completedAt
      attempts {
        number
        errorCode
        errorMessage
      }
    }
  }
  failedJobGroups {
    fingerprint
    errorCode
    message
    count
    lastSeenAt
  }
}`,
};

const QUEUE: Tab = {
  text: 'How the queue is doing.',
  operation: `query Queue {
  queueHealth {
    broker
    brokerUp
    workers
    queued
    running
    retrying
    failed
    oldestQueuedAt
  }
}`,
};

function totalsOf({ columns }: ReportDefinition): readonly string[] {
  return columns.filter(({ isTotal }) => isTotal).map(({ name }) => name);
}

/** The order by the first column that is not a key, descending. */
function largestFirst({ columns, orders }: ReportDefinition): string {
  const figure = columns.findIndex((column) => !isKey(column));
  const order = orders.find(({ column, descending }) => column === figure && descending) ?? orders[0];
  return order.name;
}

function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/** The number of characters in a line of the editor at the page's usual width. */
const WIDTH = 48;

function comment(text: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '#   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
