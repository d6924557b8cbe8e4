/** The tabs that GraphiQL opens with. Each runs as it stands, and says what to look at next. */
export const TOUR: readonly string[] = [
  `# 1. Ask and wait: words written per user over
#    all posts. Press play (Ctrl-Enter), then go
#    on to the next tab.
query AskNow {
  postsReport {
    totalUsers
    totalPosts
    totalWords
    asOf
    durationMs
    rows(orderBy: TOTAL_WORDS_DESC, first: 10) {
      nodes {
        userId
        totalWords
        totalPosts
      }
    }
  }
}
`,
  `# 2. For reports that take longer: request a job.
#    The answer comes at once; a worker does the
#    work. With input: { waitMs: 5000 } it comes as
#    soon as the job is over.
mutation RequestJob {
  requestPostsReport {
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
}
`,
  `# 3. Be told whenever a job ends. Start this, open
#    this page in a second window, and run tab 2
#    there: the report shows up here.
#    For one job: reportCompleted(jobId: "its id"),
#    or jobUpdated(id: "its id") for its progress.
subscription BeTold {
  reportCompleted {
    id
    status
    errorCode
    attemptCount
    completedAt
    downloadUrl(format: CSV)
    report {
      totalUsers
      totalWords
      rows(orderBy: TOTAL_WORDS_DESC, first: 5) {
        nodes {
          userId
          totalWords
        }
      }
    }
  }
}
`,
  `# 4. Jobs, newest first, whatever became of them.
query Jobs {
  jobs(first: 10) {
    totalCount
    nodes {
      id
      status
      createdAt
      completedAt
      progress {
        processedPosts
        totalPosts
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
}
`,
  `# 5. Failures are kept and explained. None? Good;
#    this is where they would be. To run one again:
#    mutation { retryJob(id: "its id") {
#      job { status } userErrors { message } } }
query Failures {
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
}
`,
  `# 6. How the queue is doing.
query Queue {
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
}
`,
];
