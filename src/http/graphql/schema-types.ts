// `npm run generate` makes this file from schema.graphql. Edit schema.graphql instead.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CanonicalFilter } from '../../reports/canonical-filter.js';
import type { FailedJobGroup as StoredJobGroup } from '../../jobs/ports/job-store.js';
import type { JobAttempt as StoredAttempt, JobProgress, ReportJob as StoredJob } from '../../jobs/job.js';
import type { ReadableReport } from './readable-report.js';
import type { QueueHealth as KnownQueueHealth } from '../../jobs/find-jobs.js';
import type { JobConnection } from './job-connection.js';
import type { GraphQLContext } from './context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A moment, RFC 3339 with an offset, such as `2026-01-31T00:00:00Z`. Answers are always in UTC, to the millisecond:
   * `YYYY-MM-DDTHH:mm:ss.sssZ`.
   */
  DateTime: { input: Date; output: Date | string; }
  /** A whole number of up to 53 bits, as JSON and JavaScript carry it without loss. */
  SafeInt: { input: number; output: number; }
};

/** Questions, answered at once. */
export type Query = {
  readonly __typename?: 'Query';
  /** Who you are to the service: the name and role of your token. */
  readonly requester: Requester;
  /** The reports that can be requested, and what each of them takes and holds. */
  readonly reportKinds: ReadonlyArray<ReportKind>;
  /** A job, or null when there is none with this id among those that you may see. */
  readonly job?: Maybe<ReportJob>;
  /** Jobs, newest first by (createdAt, id): your own, or everybody's for an operator. */
  readonly jobs: ReportJobConnection;
  /** FAILED jobs, latest failure first by (completedAt, id): your own, or everybody's for an operator. */
  readonly failedJobs: ReportJobConnection;
  /** FAILED jobs grouped by cause: the 1,000 groups with most failures, largest first. For operators. */
  readonly failedJobGroups: ReadonlyArray<FailedJobGroup>;
  /** How much waits, runs and has failed, and who is there to work on it. */
  readonly queueHealth: QueueHealth;
  /**
   * Words per user, now: the answer waits for the report. Right for small tables; for large ones request it as a job.
   * `SYNC_BUSY` when all slots are taken, `TIMEOUT` when it takes too long; `extensions.retryAfterSeconds` says when
   * another try makes sense.
   */
  readonly postsReport: PostsReport;
  /**
   * Posts per day, now: the answer waits for the report. Right for small tables; for large ones request it as a job.
   * `SYNC_BUSY` when all slots are taken, `TIMEOUT` when it takes too long; `extensions.retryAfterSeconds` says when
   * another try makes sense.
   */
  readonly postsPerDayReport: PostsPerDayReport;
};


/** Questions, answered at once. */
export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


/** Questions, answered at once. */
export type QueryJobsArgs = {
  kind?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<ReadonlyArray<ReportJobStatus>>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Questions, answered at once. */
export type QueryFailedJobsArgs = {
  kind?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Questions, answered at once. */
export type QueryFailedJobGroupsArgs = {
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Questions, answered at once. */
export type QueryPostsReportArgs = {
  filter?: InputMaybe<PostsReportFilter>;
};


/** Questions, answered at once. */
export type QueryPostsPerDayReportArgs = {
  filter?: InputMaybe<PostsPerDayReportFilter>;
};

/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Cancels a job that has not ended. One that is CANCELED already stays as it is; `JOB_NOT_CANCELABLE` otherwise. */
  readonly cancelJob: JobPayload;
  /** Runs a FAILED job again, with its attempts restored; `JOB_NOT_RETRYABLE` unless it is FAILED. */
  readonly retryJob: JobPayload;
  /** Runs FAILED jobs again, oldest failure first. Without a condition: all of them. For operators. */
  readonly retryFailedJobs: BatchPayload;
  /** Deletes FAILED jobs with their attempts, oldest failure first. Without a condition: all of them. For operators. */
  readonly deleteFailedJobs: BatchPayload;
  /**
   * Words per user, as a job: the answer comes at once, with the job saved; a worker does the rest. Equal requests of
   * one requester share a job while it is open (`coalesced`), or a result that is young enough (`reused`).
   */
  readonly requestPostsReport: RequestPostsReportPayload;
  /**
   * Posts per day, as a job: the answer comes at once, with the job saved; a worker does the rest. Equal requests of one
   * requester share a job while it is open (`coalesced`), or a result that is young enough (`reused`).
   */
  readonly requestPostsPerDayReport: RequestPostsPerDayReportPayload;
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationCancelJobArgs = {
  id: Scalars['ID']['input'];
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationRetryJobArgs = {
  id: Scalars['ID']['input'];
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationRetryFailedJobsArgs = {
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  limit?: Scalars['Int']['input'];
  dryRun?: Scalars['Boolean']['input'];
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationDeleteFailedJobsArgs = {
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  limit?: Scalars['Int']['input'];
  dryRun?: Scalars['Boolean']['input'];
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationRequestPostsReportArgs = {
  input?: InputMaybe<RequestPostsReportInput>;
};


/** Changes to jobs. What a caller can act on is said in `userErrors`; faults are GraphQL errors. */
export type MutationRequestPostsPerDayReportArgs = {
  input?: InputMaybe<RequestPostsPerDayReportInput>;
};

/**
 * Events, over SSE (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`) on the same path. A stream that
 * completes is over; one that is cut without completing is not, and the client should subscribe again.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * A job that has ended, as SUCCEEDED, FAILED or CANCELED. With `jobId`: the end of that job, exactly once, even if it
   * ended earlier; then the stream completes. Without `jobId`: every later end of a job that you may see; the stream never
   * completes.
   */
  readonly reportCompleted: ReportJob;
  /** The job's state now, then each change and its progress; completes after the terminal state. */
  readonly jobUpdated: ReportJob;
};


/**
 * Events, over SSE (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`) on the same path. A stream that
 * completes is over; one that is cut without completing is not, and the client should subscribe again.
 */
export type SubscriptionReportCompletedArgs = {
  jobId?: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Events, over SSE (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`) on the same path. A stream that
 * completes is over; one that is cut without completing is not, and the client should subscribe again.
 */
export type SubscriptionJobUpdatedArgs = {
  id: Scalars['ID']['input'];
};

/** The life of a job. The last three are terminal: only a FAILED job can be started again, by a retry. */
export type ReportJobStatus =
  /** Waits for a worker. */
  | 'QUEUED'
  /** A worker is at it. */
  | 'RUNNING'
  /** An attempt failed; the next one starts at `nextAttemptAt`. */
  | 'RETRYING'
  /** Its report can be read until `expiresAt`. */
  | 'SUCCEEDED'
  /** No attempt is left, or the failure was final; `errorCode` says why. */
  | 'FAILED'
  /** It was canceled by a requester or an operator. */
  | 'CANCELED';

/** How a saved report can be downloaded. */
export type ReportFormat =
  /** One JSON document, `{ "data": [ { "user_id", "total_words" }, … ] }`. */
  | 'JSON'
  /** CSV with a header line. */
  | 'CSV'
  /** One JSON object a line. */
  | 'NDJSON';

/** The position of a page in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** There are entries after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** There are entries before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The first entry's cursor; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** The last entry's cursor, to pass on as `after`; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of jobs. */
export type ReportJobConnection = {
  readonly __typename?: 'ReportJobConnection';
  /** The jobs with their cursors. */
  readonly edges: ReadonlyArray<ReportJobEdge>;
  /** The jobs alone. */
  readonly nodes: ReadonlyArray<ReportJob>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
  /** All jobs of the list, on every page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A job in a list. */
export type ReportJobEdge = {
  readonly __typename?: 'ReportJobEdge';
  /** The place in this list, in this order; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The job. */
  readonly node: ReportJob;
};

/** What reports of every kind have in common; rows and totals are in the type of each kind. */
export type Report = {
  /** Which report, such as `posts`. */
  readonly kind: Scalars['String']['output'];
  /** Rows of the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The state of the source that the report shows: the time of the service's database just before it was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** How long reading and counting took, in milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
};

/** Who sends a request. */
export type Requester = {
  readonly __typename?: 'Requester';
  /** The name of the token, or `anonymous` while authentication is off. */
  readonly name: Scalars['String']['output'];
  /** What the token allows. */
  readonly role: RequesterRole;
};

/** What a requester may do. */
export type RequesterRole =
  /** Sees and changes their own jobs. */
  | 'VIEWER'
  /** Sees and changes all jobs; everyone is one while authentication is off. */
  | 'OPERATOR';

/** A report that can be requested. */
export type ReportKind = {
  readonly __typename?: 'ReportKind';
  /** The kind: `posts` is the one of `postsReport`, `requestPostsReport` and `/api/2.0/report/posts`. */
  readonly name: Scalars['String']['output'];
  /** For people. */
  readonly title: Scalars['String']['output'];
  /** What the report shows. */
  readonly description: Scalars['String']['output'];
  /** Rows that it may have; more end it as `RESULT_TOO_LARGE`. */
  readonly maxRows: Scalars['Int']['output'];
  /** Its columns, the key first. */
  readonly columns: ReadonlyArray<ReportColumn>;
  /** The conditions that a request may set. */
  readonly filter: ReadonlyArray<ReportFilterMember>;
};

/** A column of a report. */
export type ReportColumn = {
  readonly __typename?: 'ReportColumn';
  /** In GraphQL. */
  readonly name: Scalars['String']['output'];
  /** In REST and in files. */
  readonly restName: Scalars['String']['output'];
  /** `int32`, `day`, `text`, `count` or `decimal`. */
  readonly type: Scalars['String']['output'];
  /** What it holds. */
  readonly description: Scalars['String']['output'];
  /** Decimal places of a decimal; 0 for every other type. */
  readonly scale: Scalars['Int']['output'];
  /** It identifies the row. */
  readonly isKey: Scalars['Boolean']['output'];
  /** Its sum over all rows is one of the report's totals. */
  readonly isTotal: Scalars['Boolean']['output'];
  /** JSON, CSV and NDJSON carry it. */
  readonly inFiles: Scalars['Boolean']['output'];
};

/** A condition that a request for a report may set. */
export type ReportFilterMember = {
  readonly __typename?: 'ReportFilterMember';
  /** In GraphQL. */
  readonly name: Scalars['String']['output'];
  /** In the bodies of REST. */
  readonly restName: Scalars['String']['output'];
  /** In the queries of REST. */
  readonly queryName: Scalars['String']['output'];
  /** Of a value: `int32`, `int64`, `decimal`, `text` or `instant`. */
  readonly type: Scalars['String']['output'];
  /** It takes a list of values; in a query it can be repeated. */
  readonly isList: Scalars['Boolean']['output'];
  /** Which rows are left. */
  readonly description: Scalars['String']['output'];
};

/** One request for a report, from QUEUED to a terminal state. */
export type ReportJob = {
  readonly __typename?: 'ReportJob';
  /** ULID: sorts by time of request. */
  readonly id: Scalars['ID']['output'];
  /** Which report, such as `posts`. */
  readonly kind: Scalars['String']['output'];
  /** Where it is in its life. */
  readonly status: ReportJobStatus;
  /** Starts at 1 and grows by one with each change that you can see here. */
  readonly version: Scalars['Int']['output'];
  /** The filter as it was understood. */
  readonly filter: AppliedReportFilter;
  /** The name of the token that asked, or `anonymous`. */
  readonly requestedBy: Scalars['String']['output'];
  /** How far the present attempt is. */
  readonly progress: ReportProgress;
  /** While QUEUED: 1 + the jobs that are due before it. Beyond 1,000 it may be up to a second old. */
  readonly queuePosition?: Maybe<Scalars['Int']['output']>;
  /** When it will probably be over, from what earlier jobs took; null when nothing is known, never in the past. */
  readonly estimatedCompletionAt?: Maybe<Scalars['DateTime']['output']>;
  /** Attempts so far, without those that a stopping worker returned to the queue. */
  readonly attemptCount: Scalars['Int']['output'];
  /** Attempts it may have; a retry grants more. */
  readonly maxAttempts: Scalars['Int']['output'];
  /** Each attempt, by number. */
  readonly attempts: ReadonlyArray<JobAttempt>;
  /** When the next attempt starts; set only while RETRYING. */
  readonly nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** Code of the latest failed attempt, such as `TIMEOUT`; null once it SUCCEEDED or was CANCELED. */
  readonly errorCode?: Maybe<Scalars['String']['output']>;
  /** Message of the latest failed attempt. */
  readonly errorMessage?: Maybe<Scalars['String']['output']>;
  /**
   * What caused the latest failure, such as the database's own message. For operators; null for viewers, and when
   * `errorMessage` says it all.
   */
  readonly errorDetail?: Maybe<Scalars['String']['output']>;
  /** Equal for failures of the same cause: a hash of code and message without numbers, quoted text and ids. */
  readonly fingerprint?: Maybe<Scalars['ID']['output']>;
  /** When it was requested. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When a worker first took it. */
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it reached its terminal state, whichever. */
  readonly completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When its result stops being readable; set with SUCCEEDED. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The report, of any kind; null unless it SUCCEEDED, has not expired, and its definition is still the one that it
   * was made by.
   */
  readonly result?: Maybe<Report>;
  /** The result of a job of the kind `posts`; null for other kinds. `result` has every kind's. */
  readonly report?: Maybe<PostsReport>;
  /** The path to download the report from; null unless it can be fetched now. */
  readonly downloadUrl?: Maybe<Scalars['String']['output']>;
};


/** One request for a report, from QUEUED to a terminal state. */
export type ReportJobDownloadUrlArgs = {
  format?: ReportFormat;
};

/** How far an attempt is. */
export type ReportProgress = {
  readonly __typename?: 'ReportProgress';
  /** Rows of the source read so far. */
  readonly processedRows: Scalars['SafeInt']['output'];
  /** Rows to read: an estimate while the job is open, possibly null; exact once it SUCCEEDED. */
  readonly totalRows?: Maybe<Scalars['SafeInt']['output']>;
  /** 0 to 100; never falls within an attempt, and reaches 100 only with SUCCEEDED. Null when nothing is known. */
  readonly percent?: Maybe<Scalars['Float']['output']>;
  /**
   * Rows read so far, under its first name.
   * @deprecated use `processedRows`
   */
  readonly processedPosts: Scalars['SafeInt']['output'];
  /**
   * Rows to read, under its first name.
   * @deprecated use `totalRows`
   */
  readonly totalPosts?: Maybe<Scalars['SafeInt']['output']>;
};

/** One run of a job by one worker. */
export type JobAttempt = {
  readonly __typename?: 'JobAttempt';
  /** Counts claims of the job; attempts that were returned to the queue have a number too. */
  readonly number: Scalars['Int']['output'];
  /** Which worker process: host, process id, and six characters of its own. */
  readonly worker: Scalars['String']['output'];
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When it ended; null while it runs. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why it did not succeed, such as `TIMEOUT` or `WORKER_LOST`; `RELEASED` when it was returned to the queue. Null otherwise. */
  readonly errorCode?: Maybe<Scalars['String']['output']>;
  /** The same in words. */
  readonly errorMessage?: Maybe<Scalars['String']['output']>;
  /** Where in the code it failed; for operators. */
  readonly stack?: Maybe<Scalars['String']['output']>;
};

/** Something that the caller of a mutation can change. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** The path of the wrong value, such as `["input", "filter", "userIds"]`; null when no single value is wrong. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What is wrong, as a sentence for people. */
  readonly message: Scalars['String']['output'];
  /** What is wrong, as a stable code for programs, such as `BAD_USER_INPUT` or `NOT_FOUND`. */
  readonly code: Scalars['String']['output'];
};

/** The answer to a change of one job. */
export type JobPayload = {
  readonly __typename?: 'JobPayload';
  /** The job as it is now; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** Why nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The answer to a change of many jobs. */
export type BatchPayload = {
  readonly __typename?: 'BatchPayload';
  /** All jobs that match, also those beyond the limit. */
  readonly matchedCount: Scalars['Int']['output'];
  /** Jobs that were changed; 0 with `dryRun`. */
  readonly affectedCount: Scalars['Int']['output'];
  /** Those jobs (with `dryRun`: those it would be), oldest failure first. Deleted ones are shown as they were. */
  readonly jobs: ReadonlyArray<ReportJob>;
  /** Why nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Failures of one cause. */
export type FailedJobGroup = {
  readonly __typename?: 'FailedJobGroup';
  /** The cause; a hash of code and message without numbers, quoted text and ids. */
  readonly fingerprint: Scalars['ID']['output'];
  /** The code they share. */
  readonly errorCode: Scalars['String']['output'];
  /** The message of the latest. */
  readonly message: Scalars['String']['output'];
  /** FAILED jobs of this cause. */
  readonly count: Scalars['Int']['output'];
  /** When the earliest of them failed. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** When the latest of them failed. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** The latest of them. */
  readonly sample: ReportJob;
};

/** How the queue is doing, over all requesters. */
export type QueueHealth = {
  readonly __typename?: 'QueueHealth';
  /** What carries messages to workers: `bee-queue` or `rabbitmq`. */
  readonly broker: Scalars['String']['output'];
  /** The broker answers. While it is away jobs are still accepted, and workers look for them in the database. */
  readonly brokerUp: Scalars['Boolean']['output'];
  /** Jobs that wait for a worker. */
  readonly queued: Scalars['Int']['output'];
  /** Jobs that a worker is at. */
  readonly running: Scalars['Int']['output'];
  /** Jobs that wait for their next attempt. */
  readonly retrying: Scalars['Int']['output'];
  /** Jobs that FAILED and are kept. */
  readonly failed: Scalars['Int']['output'];
  /** Since when the job waits that has waited longest: when it was requested, returned to the queue or retried. */
  readonly oldestQueuedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Worker processes that are alive. */
  readonly workers: Scalars['Int']['output'];
  /** Kinds of waiting jobs whose definition no running worker has: they wait until one has it. */
  readonly unknownKinds: ReadonlyArray<Scalars['String']['output']>;
};

/** Words written per user over all posts. A user whose posts hold no words appears with 0; one without posts does not appear. */
export type PostsReport = Report & {
  readonly __typename?: 'PostsReport';
  /** Which report: `posts`. */
  readonly kind: Scalars['String']['output'];
  /** Rows of the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The rows, paged. */
  readonly rows: PostsReportRowConnection;
  /** Rows of the report: users. */
  readonly totalUsers: Scalars['SafeInt']['output'];
  /** All rows together: words in all posts of the user: maximal runs of characters that are not white space. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** All rows together: posts of the user. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** The state of the source that the report shows: the time of the service's database just before it was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** How long reading and counting took, in milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
};


/** Words written per user over all posts. A user whose posts hold no words appears with 0; one without posts does not appear. */
export type PostsReportRowsArgs = {
  orderBy?: PostsReportOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A page of the report's rows. */
export type PostsReportRowConnection = {
  readonly __typename?: 'PostsReportRowConnection';
  /** The rows with their cursors. */
  readonly edges: ReadonlyArray<PostsReportRowEdge>;
  /** The rows alone. */
  readonly nodes: ReadonlyArray<PostsReportRow>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
  /** All rows of the report, on every page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A row in the report. */
export type PostsReportRowEdge = {
  readonly __typename?: 'PostsReportRowEdge';
  /** The place in this report, in this order; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: PostsReportRow;
};

/** A row of the report: the user's id. */
export type PostsReportRow = {
  readonly __typename?: 'PostsReportRow';
  /** The user's id. */
  readonly userId: Scalars['Int']['output'];
  /** Words in all posts of the user: maximal runs of characters that are not white space. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** Posts of the user. */
  readonly totalPosts: Scalars['SafeInt']['output'];
};

/** How the report's rows are sorted; equal rows are ordered by ascending key. */
export type PostsReportOrder =
  /** By user id, ascending. */
  | 'USER_ID_ASC'
  /** By user id, descending. */
  | 'USER_ID_DESC'
  /** By total words, ascending. */
  | 'TOTAL_WORDS_ASC'
  /** By total words, descending. */
  | 'TOTAL_WORDS_DESC'
  /** By total posts, ascending. */
  | 'TOTAL_POSTS_ASC'
  /** By total posts, descending. */
  | 'TOTAL_POSTS_DESC';

/** Which rows a report reads; each member that is given narrows it. Absent, null and `{}` mean all rows. */
export type PostsReportFilter = {
  /** Only posts of these users. 1 to 1,000 of them; an empty list is refused. Order and repeats do not matter. */
  readonly userIds?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
  /** Only posts created at or after this moment. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts created before this moment. */
  readonly createdTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What to report, and how to be answered. */
export type RequestPostsReportInput = {
  /** Which rows to read; absent, null and `{}` mean all of them. */
  readonly filter?: InputMaybe<PostsReportFilter>;
  /**
   * 1 to 255 visible ASCII characters of your choice. The same key within 24 hours gives the same job, so that a request
   * whose answer was lost can be sent again; with another filter it is `IDEMPOTENCY_KEY_REUSED`.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** A report of the same filter that is not older than this, by its `asOf`, will do; absent or 0 asks for a fresh one. */
  readonly maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Answer when the job is over or after this many milliseconds, whichever comes first; more than 60,000 is 60,000. */
  readonly waitMs?: InputMaybe<Scalars['Int']['input']>;
};

/** The answer to a request: the job, or what is wrong with the request. */
export type RequestPostsReportPayload = {
  readonly __typename?: 'RequestPostsReportPayload';
  /** The job that will answer, or answers, the request; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** An open job of the same filter answers the request. */
  readonly coalesced: Scalars['Boolean']['output'];
  /** A finished report of the same filter was young enough, by `maxAgeSeconds`. */
  readonly reused: Scalars['Boolean']['output'];
  /** What to change. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Posts and words written on each day, in UTC. A day without posts does not appear. */
export type PostsPerDayReport = Report & {
  readonly __typename?: 'PostsPerDayReport';
  /** Which report: `posts-per-day`. */
  readonly kind: Scalars['String']['output'];
  /** Rows of the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The rows, paged. */
  readonly rows: PostsPerDayReportRowConnection;
  /** Rows of the report: days. */
  readonly totalDays: Scalars['SafeInt']['output'];
  /** All rows together: posts of the day. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** All rows together: words in them. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** The state of the source that the report shows: the time of the service's database just before it was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** How long reading and counting took, in milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
};


/** Posts and words written on each day, in UTC. A day without posts does not appear. */
export type PostsPerDayReportRowsArgs = {
  orderBy?: PostsPerDayReportOrder;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A page of the report's rows. */
export type PostsPerDayReportRowConnection = {
  readonly __typename?: 'PostsPerDayReportRowConnection';
  /** The rows with their cursors. */
  readonly edges: ReadonlyArray<PostsPerDayReportRowEdge>;
  /** The rows alone. */
  readonly nodes: ReadonlyArray<PostsPerDayReportRow>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
  /** All rows of the report, on every page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A row in the report. */
export type PostsPerDayReportRowEdge = {
  readonly __typename?: 'PostsPerDayReportRowEdge';
  /** The place in this report, in this order; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: PostsPerDayReportRow;
};

/** A row of the report: the day, in UTC. */
export type PostsPerDayReportRow = {
  readonly __typename?: 'PostsPerDayReportRow';
  /** The day, in UTC. */
  readonly day: Scalars['String']['output'];
  /** Posts of the day. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** Words in them. */
  readonly totalWords: Scalars['SafeInt']['output'];
};

/** How the report's rows are sorted; equal rows are ordered by ascending key. */
export type PostsPerDayReportOrder =
  /** By day, ascending. */
  | 'DAY_ASC'
  /** By day, descending. */
  | 'DAY_DESC'
  /** By total posts, ascending. */
  | 'TOTAL_POSTS_ASC'
  /** By total posts, descending. */
  | 'TOTAL_POSTS_DESC'
  /** By total words, ascending. */
  | 'TOTAL_WORDS_ASC'
  /** By total words, descending. */
  | 'TOTAL_WORDS_DESC';

/** Which rows a report reads; each member that is given narrows it. Absent, null and `{}` mean all rows. */
export type PostsPerDayReportFilter = {
  /** Only posts created at or after this moment. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts created before this moment. */
  readonly createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts of these users. 1 to 1,000 of them; an empty list is refused. Order and repeats do not matter. */
  readonly userIds?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
};

/** What to report, and how to be answered. */
export type RequestPostsPerDayReportInput = {
  /** Which rows to read; absent, null and `{}` mean all of them. */
  readonly filter?: InputMaybe<PostsPerDayReportFilter>;
  /**
   * 1 to 255 visible ASCII characters of your choice. The same key within 24 hours gives the same job, so that a request
   * whose answer was lost can be sent again; with another filter it is `IDEMPOTENCY_KEY_REUSED`.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** A report of the same filter that is not older than this, by its `asOf`, will do; absent or 0 asks for a fresh one. */
  readonly maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Answer when the job is over or after this many milliseconds, whichever comes first; more than 60,000 is 60,000. */
  readonly waitMs?: InputMaybe<Scalars['Int']['input']>;
};

/** The answer to a request: the job, or what is wrong with the request. */
export type RequestPostsPerDayReportPayload = {
  readonly __typename?: 'RequestPostsPerDayReportPayload';
  /** The job that will answer, or answers, the request; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** An open job of the same filter answers the request. */
  readonly coalesced: Scalars['Boolean']['output'];
  /** A finished report of the same filter was young enough, by `maxAgeSeconds`. */
  readonly reused: Scalars['Boolean']['output'];
  /** What to change. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A filter as the service understood it: lists ascending without repeats, dates in UTC; null means no condition. */
export type AppliedReportFilter = {
  readonly __typename?: 'AppliedReportFilter';
  /** Only posts of these users. */
  readonly userIds?: Maybe<ReadonlyArray<Scalars['Int']['output']>>;
  /** Only posts created at or after this moment. */
  readonly createdFrom?: Maybe<Scalars['DateTime']['output']>;
  /** Only posts created before this moment. */
  readonly createdTo?: Maybe<Scalars['DateTime']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReportJobStatus: ReportJobStatus;
  ReportFormat: ReportFormat;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  ReportJobConnection: ResolverTypeWrapper<JobConnection>;
  ReportJobEdge: ResolverTypeWrapper<Omit<ReportJobEdge, 'node'> & { node: ResolversTypes['ReportJob'] }>;
  Report: ResolverTypeWrapper<ReadableReport>;
  Requester: ResolverTypeWrapper<Requester>;
  RequesterRole: RequesterRole;
  ReportKind: ResolverTypeWrapper<ReportKind>;
  ReportColumn: ResolverTypeWrapper<ReportColumn>;
  ReportFilterMember: ResolverTypeWrapper<ReportFilterMember>;
  ReportJob: ResolverTypeWrapper<StoredJob>;
  ReportProgress: ResolverTypeWrapper<JobProgress>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  JobAttempt: ResolverTypeWrapper<StoredAttempt>;
  UserError: ResolverTypeWrapper<UserError>;
  JobPayload: ResolverTypeWrapper<Omit<JobPayload, 'job'> & { job?: Maybe<ResolversTypes['ReportJob']> }>;
  BatchPayload: ResolverTypeWrapper<Omit<BatchPayload, 'jobs'> & { jobs: ReadonlyArray<ResolversTypes['ReportJob']> }>;
  FailedJobGroup: ResolverTypeWrapper<StoredJobGroup>;
  QueueHealth: ResolverTypeWrapper<KnownQueueHealth>;
  PostsReport: ResolverTypeWrapper<ReadableReport>;
  PostsReportRowConnection: ResolverTypeWrapper<PostsReportRowConnection>;
  PostsReportRowEdge: ResolverTypeWrapper<PostsReportRowEdge>;
  PostsReportRow: ResolverTypeWrapper<PostsReportRow>;
  PostsReportOrder: PostsReportOrder;
  PostsReportFilter: PostsReportFilter;
  RequestPostsReportInput: RequestPostsReportInput;
  RequestPostsReportPayload: ResolverTypeWrapper<Omit<RequestPostsReportPayload, 'job'> & { job?: Maybe<ResolversTypes['ReportJob']> }>;
  PostsPerDayReport: ResolverTypeWrapper<ReadableReport>;
  PostsPerDayReportRowConnection: ResolverTypeWrapper<PostsPerDayReportRowConnection>;
  PostsPerDayReportRowEdge: ResolverTypeWrapper<PostsPerDayReportRowEdge>;
  PostsPerDayReportRow: ResolverTypeWrapper<PostsPerDayReportRow>;
  PostsPerDayReportOrder: PostsPerDayReportOrder;
  PostsPerDayReportFilter: PostsPerDayReportFilter;
  RequestPostsPerDayReportInput: RequestPostsPerDayReportInput;
  RequestPostsPerDayReportPayload: ResolverTypeWrapper<Omit<RequestPostsPerDayReportPayload, 'job'> & { job?: Maybe<ResolversTypes['ReportJob']> }>;
  AppliedReportFilter: ResolverTypeWrapper<CanonicalFilter>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  Query: Record<PropertyKey, never>;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
  Subscription: Record<PropertyKey, never>;
  PageInfo: PageInfo;
  ReportJobConnection: JobConnection;
  ReportJobEdge: Omit<ReportJobEdge, 'node'> & { node: ResolversParentTypes['ReportJob'] };
  Report: ReadableReport;
  Requester: Requester;
  ReportKind: ReportKind;
  ReportColumn: ReportColumn;
  ReportFilterMember: ReportFilterMember;
  ReportJob: StoredJob;
  ReportProgress: JobProgress;
  Float: Scalars['Float']['output'];
  JobAttempt: StoredAttempt;
  UserError: UserError;
  JobPayload: Omit<JobPayload, 'job'> & { job?: Maybe<ResolversParentTypes['ReportJob']> };
  BatchPayload: Omit<BatchPayload, 'jobs'> & { jobs: ReadonlyArray<ResolversParentTypes['ReportJob']> };
  FailedJobGroup: StoredJobGroup;
  QueueHealth: KnownQueueHealth;
  PostsReport: ReadableReport;
  PostsReportRowConnection: PostsReportRowConnection;
  PostsReportRowEdge: PostsReportRowEdge;
  PostsReportRow: PostsReportRow;
  PostsReportFilter: PostsReportFilter;
  RequestPostsReportInput: RequestPostsReportInput;
  RequestPostsReportPayload: Omit<RequestPostsReportPayload, 'job'> & { job?: Maybe<ResolversParentTypes['ReportJob']> };
  PostsPerDayReport: ReadableReport;
  PostsPerDayReportRowConnection: PostsPerDayReportRowConnection;
  PostsPerDayReportRowEdge: PostsPerDayReportRowEdge;
  PostsPerDayReportRow: PostsPerDayReportRow;
  PostsPerDayReportFilter: PostsPerDayReportFilter;
  RequestPostsPerDayReportInput: RequestPostsPerDayReportInput;
  RequestPostsPerDayReportPayload: Omit<RequestPostsPerDayReportPayload, 'job'> & { job?: Maybe<ResolversParentTypes['ReportJob']> };
  AppliedReportFilter: CanonicalFilter;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export type QueryResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  requester?: Resolver<ResolversTypes['Requester'], ParentType, ContextType>;
  reportKinds?: Resolver<ReadonlyArray<ResolversTypes['ReportKind']>, ParentType, ContextType>;
  job?: Resolver<Maybe<ResolversTypes['ReportJob']>, ParentType, ContextType, RequireFields<QueryJobArgs, 'id'>>;
  jobs?: Resolver<ResolversTypes['ReportJobConnection'], ParentType, ContextType, RequireFields<QueryJobsArgs, 'first'>>;
  failedJobs?: Resolver<ResolversTypes['ReportJobConnection'], ParentType, ContextType, RequireFields<QueryFailedJobsArgs, 'first'>>;
  failedJobGroups?: Resolver<ReadonlyArray<ResolversTypes['FailedJobGroup']>, ParentType, ContextType, Partial<QueryFailedJobGroupsArgs>>;
  queueHealth?: Resolver<ResolversTypes['QueueHealth'], ParentType, ContextType>;
  postsReport?: Resolver<ResolversTypes['PostsReport'], ParentType, ContextType, Partial<QueryPostsReportArgs>>;
  postsPerDayReport?: Resolver<ResolversTypes['PostsPerDayReport'], ParentType, ContextType, Partial<QueryPostsPerDayReportArgs>>;
};

export type MutationResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  cancelJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationCancelJobArgs, 'id'>>;
  retryJob?: Resolver<ResolversTypes['JobPayload'], ParentType, ContextType, RequireFields<MutationRetryJobArgs, 'id'>>;
  retryFailedJobs?: Resolver<ResolversTypes['BatchPayload'], ParentType, ContextType, RequireFields<MutationRetryFailedJobsArgs, 'limit' | 'dryRun'>>;
  deleteFailedJobs?: Resolver<ResolversTypes['BatchPayload'], ParentType, ContextType, RequireFields<MutationDeleteFailedJobsArgs, 'limit' | 'dryRun'>>;
  requestPostsReport?: Resolver<ResolversTypes['RequestPostsReportPayload'], ParentType, ContextType, Partial<MutationRequestPostsReportArgs>>;
  requestPostsPerDayReport?: Resolver<ResolversTypes['RequestPostsPerDayReportPayload'], ParentType, ContextType, Partial<MutationRequestPostsPerDayReportArgs>>;
};

export type SubscriptionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  reportCompleted?: SubscriptionResolver<ResolversTypes['ReportJob'], "reportCompleted", ParentType, ContextType, Partial<SubscriptionReportCompletedArgs>>;
  jobUpdated?: SubscriptionResolver<ResolversTypes['ReportJob'], "jobUpdated", ParentType, ContextType, RequireFields<SubscriptionJobUpdatedArgs, 'id'>>;
};

export type PageInfoResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ReportJobConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportJobConnection'] = ResolversParentTypes['ReportJobConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ReportJobEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ReportJob']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ReportJobEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportJobEdge'] = ResolversParentTypes['ReportJobEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ReportJob'], ParentType, ContextType>;
};

export type ReportResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Report'] = ResolversParentTypes['Report']> = {
  __resolveType: TypeResolveFn<'PostsReport' | 'PostsPerDayReport', ParentType, ContextType>;
};

export type RequesterResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['Requester'] = ResolversParentTypes['Requester']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['RequesterRole'], ParentType, ContextType>;
};

export type ReportKindResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportKind'] = ResolversParentTypes['ReportKind']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxRows?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  columns?: Resolver<ReadonlyArray<ResolversTypes['ReportColumn']>, ParentType, ContextType>;
  filter?: Resolver<ReadonlyArray<ResolversTypes['ReportFilterMember']>, ParentType, ContextType>;
};

export type ReportColumnResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportColumn'] = ResolversParentTypes['ReportColumn']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  restName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scale?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isKey?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  isTotal?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  inFiles?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ReportFilterMemberResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportFilterMember'] = ResolversParentTypes['ReportFilterMember']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  restName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  queryName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isList?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ReportJobResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportJob'] = ResolversParentTypes['ReportJob']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReportJobStatus'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  filter?: Resolver<ResolversTypes['AppliedReportFilter'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['ReportProgress'], ParentType, ContextType>;
  queuePosition?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  estimatedCompletionAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attemptCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maxAttempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  attempts?: Resolver<ReadonlyArray<ResolversTypes['JobAttempt']>, ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  errorDetail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fingerprint?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  result?: Resolver<Maybe<ResolversTypes['Report']>, ParentType, ContextType>;
  report?: Resolver<Maybe<ResolversTypes['PostsReport']>, ParentType, ContextType>;
  downloadUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, RequireFields<ReportJobDownloadUrlArgs, 'format'>>;
};

export type ReportProgressResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['ReportProgress'] = ResolversParentTypes['ReportProgress']> = {
  processedRows?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalRows?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
  percent?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  processedPosts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalPosts?: Resolver<Maybe<ResolversTypes['SafeInt']>, ParentType, ContextType>;
};

export type JobAttemptResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['JobAttempt'] = ResolversParentTypes['JobAttempt']> = {
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  worker?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  errorMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  stack?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  field?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobPayloadResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['JobPayload'] = ResolversParentTypes['JobPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['ReportJob']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type BatchPayloadResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['BatchPayload'] = ResolversParentTypes['BatchPayload']> = {
  matchedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  affectedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  jobs?: Resolver<ReadonlyArray<ResolversTypes['ReportJob']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type FailedJobGroupResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['FailedJobGroup'] = ResolversParentTypes['FailedJobGroup']> = {
  fingerprint?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  errorCode?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sample?: Resolver<ResolversTypes['ReportJob'], ParentType, ContextType>;
};

export type QueueHealthResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['QueueHealth'] = ResolversParentTypes['QueueHealth']> = {
  broker?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  brokerUp?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  queued?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  running?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retrying?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  oldestQueuedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  workers?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unknownKinds?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PostsReportResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsReport'] = ResolversParentTypes['PostsReport']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rowCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['PostsReportRowConnection'], ParentType, ContextType, RequireFields<PostsReportRowsArgs, 'orderBy' | 'first'>>;
  totalUsers?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalWords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalPosts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PostsReportRowConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsReportRowConnection'] = ResolversParentTypes['PostsReportRowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PostsReportRowEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['PostsReportRow']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PostsReportRowEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsReportRowEdge'] = ResolversParentTypes['PostsReportRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PostsReportRow'], ParentType, ContextType>;
};

export type PostsReportRowResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsReportRow'] = ResolversParentTypes['PostsReportRow']> = {
  userId?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  totalWords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalPosts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RequestPostsReportPayloadResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['RequestPostsReportPayload'] = ResolversParentTypes['RequestPostsReportPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['ReportJob']>, ParentType, ContextType>;
  coalesced?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reused?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PostsPerDayReportResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsPerDayReport'] = ResolversParentTypes['PostsPerDayReport']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rowCount?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  rows?: Resolver<ResolversTypes['PostsPerDayReportRowConnection'], ParentType, ContextType, RequireFields<PostsPerDayReportRowsArgs, 'orderBy' | 'first'>>;
  totalDays?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalPosts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalWords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PostsPerDayReportRowConnectionResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsPerDayReportRowConnection'] = ResolversParentTypes['PostsPerDayReportRowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['PostsPerDayReportRowEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['PostsPerDayReportRow']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PostsPerDayReportRowEdgeResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsPerDayReportRowEdge'] = ResolversParentTypes['PostsPerDayReportRowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['PostsPerDayReportRow'], ParentType, ContextType>;
};

export type PostsPerDayReportRowResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['PostsPerDayReportRow'] = ResolversParentTypes['PostsPerDayReportRow']> = {
  day?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  totalPosts?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  totalWords?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
};

export type RequestPostsPerDayReportPayloadResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['RequestPostsPerDayReportPayload'] = ResolversParentTypes['RequestPostsPerDayReportPayload']> = {
  job?: Resolver<Maybe<ResolversTypes['ReportJob']>, ParentType, ContextType>;
  coalesced?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reused?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AppliedReportFilterResolvers<ContextType = GraphQLContext, ParentType extends ResolversParentTypes['AppliedReportFilter'] = ResolversParentTypes['AppliedReportFilter']> = {
  userIds?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Int']>>, ParentType, ContextType>;
  createdFrom?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdTo?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphQLContext> = {
  DateTime?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  ReportJobConnection?: ReportJobConnectionResolvers<ContextType>;
  ReportJobEdge?: ReportJobEdgeResolvers<ContextType>;
  Report?: ReportResolvers<ContextType>;
  Requester?: RequesterResolvers<ContextType>;
  ReportKind?: ReportKindResolvers<ContextType>;
  ReportColumn?: ReportColumnResolvers<ContextType>;
  ReportFilterMember?: ReportFilterMemberResolvers<ContextType>;
  ReportJob?: ReportJobResolvers<ContextType>;
  ReportProgress?: ReportProgressResolvers<ContextType>;
  JobAttempt?: JobAttemptResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  JobPayload?: JobPayloadResolvers<ContextType>;
  BatchPayload?: BatchPayloadResolvers<ContextType>;
  FailedJobGroup?: FailedJobGroupResolvers<ContextType>;
  QueueHealth?: QueueHealthResolvers<ContextType>;
  PostsReport?: PostsReportResolvers<ContextType>;
  PostsReportRowConnection?: PostsReportRowConnectionResolvers<ContextType>;
  PostsReportRowEdge?: PostsReportRowEdgeResolvers<ContextType>;
  PostsReportRow?: PostsReportRowResolvers<ContextType>;
  RequestPostsReportPayload?: RequestPostsReportPayloadResolvers<ContextType>;
  PostsPerDayReport?: PostsPerDayReportResolvers<ContextType>;
  PostsPerDayReportRowConnection?: PostsPerDayReportRowConnectionResolvers<ContextType>;
  PostsPerDayReportRowEdge?: PostsPerDayReportRowEdgeResolvers<ContextType>;
  PostsPerDayReportRow?: PostsPerDayReportRowResolvers<ContextType>;
  RequestPostsPerDayReportPayload?: RequestPostsPerDayReportPayloadResolvers<ContextType>;
  AppliedReportFilter?: AppliedReportFilterResolvers<ContextType>;
};

