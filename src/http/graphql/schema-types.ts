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

/** Reads of reports, jobs and the queue. */
export type Query = {
  readonly __typename?: 'Query';
  /** The name and role of the caller's token. */
  readonly requester: Requester;
  /** The reports that can be requested, with their conditions and columns. */
  readonly reportKinds: ReadonlyArray<ReportKind>;
  /** The job with this id; null when the caller may see no such job. */
  readonly job?: Maybe<ReportJob>;
  /** Jobs, newest first by (createdAt, id): the caller's jobs, or all jobs for an operator. */
  readonly jobs: ReportJobConnection;
  /** FAILED jobs, latest failure first by (completedAt, id): the caller's jobs, or all jobs for an operator. */
  readonly failedJobs: ReportJobConnection;
  /** FAILED jobs grouped by cause: the 1,000 groups with the most jobs, largest group first. For operators. */
  readonly failedJobGroups: ReadonlyArray<FailedJobGroup>;
  /** The numbers of waiting, running and failed jobs, and of workers. */
  readonly queueHealth: QueueHealth;
  /**
   * Words per user, now: the answer waits for the report. For a large table, request a job instead. Fails with
   * `SYNC_BUSY` when all slots are taken, and with `TIMEOUT` when the report takes too long;
   * `extensions.retryAfterSeconds` is the time to wait before another try.
   */
  readonly postsReport: PostsReport;
  /**
   * Posts per day, now: the answer waits for the report. For a large table, request a job instead. Fails with
   * `SYNC_BUSY` when all slots are taken, and with `TIMEOUT` when the report takes too long;
   * `extensions.retryAfterSeconds` is the time to wait before another try.
   */
  readonly postsPerDayReport: PostsPerDayReport;
};


/** Reads of reports, jobs and the queue. */
export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


/** Reads of reports, jobs and the queue. */
export type QueryJobsArgs = {
  kind?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<ReadonlyArray<ReportJobStatus>>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
};


/** Reads of reports, jobs and the queue. */
export type QueryFailedJobsArgs = {
  kind?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Reads of reports, jobs and the queue. */
export type QueryFailedJobGroupsArgs = {
  since?: InputMaybe<Scalars['DateTime']['input']>;
};


/** Reads of reports, jobs and the queue. */
export type QueryPostsReportArgs = {
  filter?: InputMaybe<PostsReportFilter>;
};


/** Reads of reports, jobs and the queue. */
export type QueryPostsPerDayReportArgs = {
  filter?: InputMaybe<PostsPerDayReportFilter>;
};

/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Cancels a job. A CANCELED job stays as it is; a SUCCEEDED or FAILED job gives `JOB_NOT_CANCELABLE`. */
  readonly cancelJob: JobPayload;
  /** Runs a FAILED job again, with as many attempts as a new job. A job in another state gives `JOB_NOT_RETRYABLE`. */
  readonly retryJob: JobPayload;
  /** Runs FAILED jobs again, oldest failure first; without a condition, all FAILED jobs. For operators. */
  readonly retryFailedJobs: BatchPayload;
  /** Deletes FAILED jobs and their attempts, oldest failure first; without a condition, all FAILED jobs. For operators. */
  readonly deleteFailedJobs: BatchPayload;
  /**
   * Words per user, as a job: the answer comes when the job is saved, and a worker makes the report. Equal requests of
   * one requester share an open job (`coalesced`), or a report that is not older than `maxAgeSeconds` (`reused`).
   */
  readonly requestPostsReport: RequestPostsReportPayload;
  /**
   * Posts per day, as a job: the answer comes when the job is saved, and a worker makes the report. Equal requests of
   * one requester share an open job (`coalesced`), or a report that is not older than `maxAgeSeconds` (`reused`).
   */
  readonly requestPostsPerDayReport: RequestPostsPerDayReportPayload;
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationCancelJobArgs = {
  id: Scalars['ID']['input'];
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationRetryJobArgs = {
  id: Scalars['ID']['input'];
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationRetryFailedJobsArgs = {
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  limit?: Scalars['Int']['input'];
  dryRun?: Scalars['Boolean']['input'];
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationDeleteFailedJobsArgs = {
  errorCode?: InputMaybe<Scalars['String']['input']>;
  fingerprint?: InputMaybe<Scalars['ID']['input']>;
  limit?: Scalars['Int']['input'];
  dryRun?: Scalars['Boolean']['input'];
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationRequestPostsReportArgs = {
  input?: InputMaybe<RequestPostsReportInput>;
};


/** Changes to jobs. Errors that the caller can correct are in `userErrors`; other errors are GraphQL errors. */
export type MutationRequestPostsPerDayReportArgs = {
  input?: InputMaybe<RequestPostsPerDayReportInput>;
};

/**
 * Events over Server-Sent Events (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`), on the same path.
 * A stream that ends with `complete` has no further events. When a stream ends without `complete`, the client should
 * subscribe again.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * A job that has ended as SUCCEEDED, FAILED or CANCELED. With `jobId`: that job, exactly once, also when the job ended
   * before the subscription; then the stream completes. Without `jobId`: every job that the caller may see and that ends
   * later; the stream never completes.
   */
  readonly reportCompleted: ReportJob;
  /** The job as it is now, then after each change, including its progress. Completes after the terminal state. */
  readonly jobUpdated: ReportJob;
};


/**
 * Events over Server-Sent Events (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`), on the same path.
 * A stream that ends with `complete` has no further events. When a stream ends without `complete`, the client should
 * subscribe again.
 */
export type SubscriptionReportCompletedArgs = {
  jobId?: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Events over Server-Sent Events (`Accept: text/event-stream`) or WebSocket (`graphql-transport-ws`), on the same path.
 * A stream that ends with `complete` has no further events. When a stream ends without `complete`, the client should
 * subscribe again.
 */
export type SubscriptionJobUpdatedArgs = {
  id: Scalars['ID']['input'];
};

/** The states of a job. The last three are terminal. A retry starts a FAILED job again. */
export type ReportJobStatus =
  /** The job waits for a worker. */
  | 'QUEUED'
  /** A worker runs the job. */
  | 'RUNNING'
  /** An attempt failed. The next attempt starts at `nextAttemptAt`. */
  | 'RETRYING'
  /** The job's report can be read until `expiresAt`. */
  | 'SUCCEEDED'
  /** No attempt is left, or another attempt would fail too. `errorCode` is the reason. */
  | 'FAILED'
  /** The requester or an operator canceled the job. */
  | 'CANCELED';

/** The file format of a saved report. */
export type ReportFormat =
  /** One JSON document, `{ "data": [ { "user_id", "total_words" }, … ] }`. */
  | 'JSON'
  /** CSV with a header line. */
  | 'CSV'
  /** One JSON object per line. */
  | 'NDJSON';

/** The position of a page in its list. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Whether there are entries after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there are entries before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first entry; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** The cursor of the last entry, to use as `after`; null on an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** A page of jobs. */
export type ReportJobConnection = {
  readonly __typename?: 'ReportJobConnection';
  /** The jobs with their cursors. */
  readonly edges: ReadonlyArray<ReportJobEdge>;
  /** The jobs without their cursors. */
  readonly nodes: ReadonlyArray<ReportJob>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** The number of jobs in the whole list. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A job in a list, with its cursor. */
export type ReportJobEdge = {
  readonly __typename?: 'ReportJobEdge';
  /** An opaque text that identifies the job's position in this list. */
  readonly cursor: Scalars['String']['output'];
  /** The job. */
  readonly node: ReportJob;
};

/** The fields of every report. The type of each kind adds its rows and totals. */
export type Report = {
  /** The kind of the report, such as `posts`. */
  readonly kind: Scalars['String']['output'];
  /** The number of rows in the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The time of the data in the report: the clock of the service's database just before the source was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** The time that reading and counting took, in milliseconds. */
  readonly durationMs: Scalars['Int']['output'];
};

/** The caller of the service. */
export type Requester = {
  readonly __typename?: 'Requester';
  /** The name of the token; `anonymous` while authentication is off. */
  readonly name: Scalars['String']['output'];
  /** The role of the token. */
  readonly role: RequesterRole;
};

/** What a requester may do. */
export type RequesterRole =
  /** A viewer sees and changes their own jobs. */
  | 'VIEWER'
  /** An operator sees and changes all jobs. While authentication is off, every caller is an operator. */
  | 'OPERATOR';

/** A report that can be requested. */
export type ReportKind = {
  readonly __typename?: 'ReportKind';
  /** The kind's name. `posts` is the kind of `postsReport`, `requestPostsReport` and `/api/2.0/report/posts`. */
  readonly name: Scalars['String']['output'];
  /** The title that people see. */
  readonly title: Scalars['String']['output'];
  /** What the report shows. */
  readonly description: Scalars['String']['output'];
  /** The maximum number of rows. A report with more rows fails with `RESULT_TOO_LARGE`. */
  readonly maxRows: Scalars['Int']['output'];
  /** The columns, the key first. */
  readonly columns: ReadonlyArray<ReportColumn>;
  /** The conditions that a request may set. */
  readonly filter: ReadonlyArray<ReportFilterMember>;
};

/** A column of a report. */
export type ReportColumn = {
  readonly __typename?: 'ReportColumn';
  /** The column's name in GraphQL. */
  readonly name: Scalars['String']['output'];
  /** The column's name in REST and in files. */
  readonly restName: Scalars['String']['output'];
  /** The type of the values: `int32`, `day`, `text`, `count` or `decimal`. */
  readonly type: Scalars['String']['output'];
  /** What the column holds. */
  readonly description: Scalars['String']['output'];
  /** The number of decimal places of a `decimal`; 0 for other types. */
  readonly scale: Scalars['Int']['output'];
  /** Whether the column identifies the row. */
  readonly isKey: Scalars['Boolean']['output'];
  /** Whether the column's sum over all rows is one of the report's totals. */
  readonly isTotal: Scalars['Boolean']['output'];
  /** Whether JSON, CSV and NDJSON contain the column. */
  readonly inFiles: Scalars['Boolean']['output'];
};

/** A condition that a request for a report may set. */
export type ReportFilterMember = {
  readonly __typename?: 'ReportFilterMember';
  /** The condition's name in GraphQL. */
  readonly name: Scalars['String']['output'];
  /** The condition's name in bodies of REST. */
  readonly restName: Scalars['String']['output'];
  /** The condition's name in queries of REST. */
  readonly queryName: Scalars['String']['output'];
  /** The type of a value: `int32`, `int64`, `decimal`, `text` or `instant`. */
  readonly type: Scalars['String']['output'];
  /** Whether the condition takes a list of values. In a query the parameter can be repeated. */
  readonly isList: Scalars['Boolean']['output'];
  /** The rows that the condition selects. */
  readonly description: Scalars['String']['output'];
};

/** One request for a report, from QUEUED to a terminal state. */
export type ReportJob = {
  readonly __typename?: 'ReportJob';
  /** The job's ULID. ULIDs sort by the time of the request. */
  readonly id: Scalars['ID']['output'];
  /** The kind of the requested report, such as `posts`. */
  readonly kind: Scalars['String']['output'];
  /** The state of the job. */
  readonly status: ReportJobStatus;
  /** The job's version: starts at 1 and grows by one with each visible change. */
  readonly version: Scalars['Int']['output'];
  /** The filter that the job applies. */
  readonly filter: AppliedReportFilter;
  /** The name of the requester's token; `anonymous` while authentication was off. */
  readonly requestedBy: Scalars['String']['output'];
  /** The progress of the latest attempt. */
  readonly progress: ReportProgress;
  /** 1 + the number of jobs that are due before this job; null unless QUEUED. Above 1,000 it may be a second old. */
  readonly queuePosition?: Maybe<Scalars['Int']['output']>;
  /** The estimated end of the job, from the durations of earlier jobs; null without an estimate, never in the past. */
  readonly estimatedCompletionAt?: Maybe<Scalars['DateTime']['output']>;
  /** The number of attempts so far. An attempt whose worker stopped and returned the job to the queue does not count. */
  readonly attemptCount: Scalars['Int']['output'];
  /** The maximum number of attempts. `retryJob` and `retryFailedJobs` increase it. */
  readonly maxAttempts: Scalars['Int']['output'];
  /** The attempts, sorted by number. */
  readonly attempts: ReadonlyArray<JobAttempt>;
  /** The time when the next attempt starts; set only while the job is RETRYING. */
  readonly nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** The error code of the latest failed attempt, such as `TIMEOUT`; null when the job is SUCCEEDED or CANCELED. */
  readonly errorCode?: Maybe<Scalars['String']['output']>;
  /** The error message of the latest failed attempt. */
  readonly errorMessage?: Maybe<Scalars['String']['output']>;
  /**
   * The cause of the latest failure, such as a message of the database. For operators; null for viewers, and when
   * `errorMessage` contains the cause.
   */
  readonly errorDetail?: Maybe<Scalars['String']['output']>;
  /** The cause of the failure: a hash of the error code and of the message without its numbers, quoted text and ids. */
  readonly fingerprint?: Maybe<Scalars['ID']['output']>;
  /** The time of the request. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The time when a worker first claimed the job. */
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The time when the job became SUCCEEDED, FAILED or CANCELED. */
  readonly completedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The time until which the result can be read; set when the job becomes SUCCEEDED. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The report, of any kind. Null unless the job is SUCCEEDED, the report has not expired, and the report's definition has
   * not changed since.
   */
  readonly result?: Maybe<Report>;
  /** The `result` of a job of the kind `posts`; null for other kinds. */
  readonly report?: Maybe<PostsReport>;
  /** The path from which the report can be downloaded; null when `result` is null. */
  readonly downloadUrl?: Maybe<Scalars['String']['output']>;
};


/** One request for a report, from QUEUED to a terminal state. */
export type ReportJobDownloadUrlArgs = {
  format?: ReportFormat;
};

/** The progress of an attempt. */
export type ReportProgress = {
  readonly __typename?: 'ReportProgress';
  /** The number of rows of the source that were read. */
  readonly processedRows: Scalars['SafeInt']['output'];
  /** The number of rows to read: an estimate or null while the job is open, exact when the job is SUCCEEDED. */
  readonly totalRows?: Maybe<Scalars['SafeInt']['output']>;
  /** The share of rows read, 0 to 100. Never falls during an attempt; 100 only when SUCCEEDED. Null when it is unknown. */
  readonly percent?: Maybe<Scalars['Float']['output']>;
  /**
   * The former name of `processedRows`.
   * @deprecated use `processedRows`
   */
  readonly processedPosts: Scalars['SafeInt']['output'];
  /**
   * The former name of `totalRows`.
   * @deprecated use `totalRows`
   */
  readonly totalPosts?: Maybe<Scalars['SafeInt']['output']>;
};

/** One run of a job by one worker. */
export type JobAttempt = {
  readonly __typename?: 'JobAttempt';
  /** The attempt's number: 1 for the job's first claim by a worker, 2 for the second claim. */
  readonly number: Scalars['Int']['output'];
  /** The worker process: host name, process id, and six random characters. */
  readonly worker: Scalars['String']['output'];
  /** The time when the attempt began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** The time when the attempt ended; null while it runs. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The reason why the attempt did not succeed, such as `TIMEOUT`; `RELEASED` when its worker stopped. Null otherwise. */
  readonly errorCode?: Maybe<Scalars['String']['output']>;
  /** The reason as a sentence. */
  readonly errorMessage?: Maybe<Scalars['String']['output']>;
  /** The stack trace of the error. For operators; null for viewers. */
  readonly stack?: Maybe<Scalars['String']['output']>;
};

/** An error that the caller of a mutation can correct. */
export type UserError = {
  readonly __typename?: 'UserError';
  /** The path of the wrong value, such as `["input", "filter", "userIds"]`; null when no single value is wrong. */
  readonly field?: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What is wrong, as a sentence for people. */
  readonly message: Scalars['String']['output'];
  /** What is wrong, as a stable code for programs, such as `BAD_USER_INPUT` or `NOT_FOUND`. */
  readonly code: Scalars['String']['output'];
};

/** The answer of a mutation that changes one job. */
export type JobPayload = {
  readonly __typename?: 'JobPayload';
  /** The job after the change; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** The errors because of which nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The answer of a mutation that changes many jobs. */
export type BatchPayload = {
  readonly __typename?: 'BatchPayload';
  /** The number of all jobs that match, including jobs beyond `limit`. */
  readonly matchedCount: Scalars['Int']['output'];
  /** The number of changed jobs; 0 with `dryRun`. */
  readonly affectedCount: Scalars['Int']['output'];
  /** The changed jobs, or with `dryRun` the jobs to change, oldest failure first. Deleted jobs are shown as before. */
  readonly jobs: ReadonlyArray<ReportJob>;
  /** The errors because of which nothing was changed. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The FAILED jobs with one cause. */
export type FailedJobGroup = {
  readonly __typename?: 'FailedJobGroup';
  /** The cause: a hash of the error code and of the message without its numbers, quoted text and ids. */
  readonly fingerprint: Scalars['ID']['output'];
  /** The error code of the jobs. */
  readonly errorCode: Scalars['String']['output'];
  /** The error message of the job that failed latest. */
  readonly message: Scalars['String']['output'];
  /** The number of jobs. */
  readonly count: Scalars['Int']['output'];
  /** The time when the first of the jobs failed. */
  readonly firstSeenAt: Scalars['DateTime']['output'];
  /** The time when the latest of the jobs failed. */
  readonly lastSeenAt: Scalars['DateTime']['output'];
  /** The job that failed latest. */
  readonly sample: ReportJob;
};

/** The state of the queue, for the jobs of all requesters. */
export type QueueHealth = {
  readonly __typename?: 'QueueHealth';
  /** The message broker: `bee-queue` or `rabbitmq`. */
  readonly broker: Scalars['String']['output'];
  /** Whether the broker responds. Without the broker, jobs are still accepted, and workers poll the database. */
  readonly brokerUp: Scalars['Boolean']['output'];
  /** The number of jobs that wait for a worker. */
  readonly queued: Scalars['Int']['output'];
  /** The number of jobs that run. */
  readonly running: Scalars['Int']['output'];
  /** The number of jobs that wait for their next attempt. */
  readonly retrying: Scalars['Int']['output'];
  /** The number of FAILED jobs that are not deleted yet. */
  readonly failed: Scalars['Int']['output'];
  /** The time since which the longest waiting job has waited: its request, its return to the queue, or its retry. */
  readonly oldestQueuedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The number of worker processes that are alive. */
  readonly workers: Scalars['Int']['output'];
  /** The kinds of waiting jobs whose definition no running worker has. The jobs wait until a worker has the definition. */
  readonly unknownKinds: ReadonlyArray<Scalars['String']['output']>;
};

/** Words written per user over all posts. A user whose posts hold no words appears with 0; one without posts does not appear. */
export type PostsReport = Report & {
  readonly __typename?: 'PostsReport';
  /** The kind of the report: `posts`. */
  readonly kind: Scalars['String']['output'];
  /** The number of rows in the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The rows, in pages. */
  readonly rows: PostsReportRowConnection;
  /** The number of users, which is the number of rows. */
  readonly totalUsers: Scalars['SafeInt']['output'];
  /** The sum of `totalWords` over all rows. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** The sum of `totalPosts` over all rows. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** The time of the data in the report: the clock of the service's database just before the source was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** The time that reading and counting took, in milliseconds. */
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
  /** The rows without their cursors. */
  readonly nodes: ReadonlyArray<PostsReportRow>;
  /** The position of the page in the report. */
  readonly pageInfo: PageInfo;
  /** The number of rows in the whole report. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A row of the report, with its cursor. */
export type PostsReportRowEdge = {
  readonly __typename?: 'PostsReportRowEdge';
  /** An opaque text that identifies the row's position in this report and order. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: PostsReportRow;
};

/** A row of the report; its key is `userId`. */
export type PostsReportRow = {
  readonly __typename?: 'PostsReportRow';
  /** The user's id. */
  readonly userId: Scalars['Int']['output'];
  /** Number of words in all posts of the user. A word is a maximal run of characters that are not white space. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** Number of posts of the user. */
  readonly totalPosts: Scalars['SafeInt']['output'];
};

/** The order of the report's rows; equal rows are ordered by ascending key. */
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

/** The conditions on the rows to read; a row must meet all of them. Absent, null and `{}` mean all rows. */
export type PostsReportFilter = {
  /** Only posts of these users. The list has 1 to 1,000 values; their order and repeats do not matter. */
  readonly userIds?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
  /** Only posts created at or after this moment. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts created before this moment. */
  readonly createdTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The conditions and options of a request. */
export type RequestPostsReportInput = {
  /** The conditions on the rows; absent, null and `{}` mean all rows. */
  readonly filter?: InputMaybe<PostsReportFilter>;
  /**
   * 1 to 255 visible ASCII characters. Another request with this key within 24 hours is answered with the same job, so
   * that a request whose answer was lost can be sent again. With another filter it fails with `IDEMPOTENCY_KEY_REUSED`.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The maximum age in seconds, by `asOf`, of a finished report that may answer; absent or 0 asks for a new report. */
  readonly maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The maximum time in milliseconds that the answer waits for the end of the job. Above 60,000 it is 60,000. */
  readonly waitMs?: InputMaybe<Scalars['Int']['input']>;
};

/** The answer to a request: the job, or the errors in the request. */
export type RequestPostsReportPayload = {
  readonly __typename?: 'RequestPostsReportPayload';
  /** The job that makes or made the report; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** Whether the job was requested before with the same filter, and was still open. */
  readonly coalesced: Scalars['Boolean']['output'];
  /** Whether the job had ended before, with a report that is not older than `maxAgeSeconds`. */
  readonly reused: Scalars['Boolean']['output'];
  /** The errors in the request. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Posts and words written on each day, in UTC. A day without posts does not appear. */
export type PostsPerDayReport = Report & {
  readonly __typename?: 'PostsPerDayReport';
  /** The kind of the report: `posts-per-day`. */
  readonly kind: Scalars['String']['output'];
  /** The number of rows in the report. */
  readonly rowCount: Scalars['SafeInt']['output'];
  /** The rows, in pages. */
  readonly rows: PostsPerDayReportRowConnection;
  /** The number of days, which is the number of rows. */
  readonly totalDays: Scalars['SafeInt']['output'];
  /** The sum of `totalPosts` over all rows. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** The sum of `totalWords` over all rows. */
  readonly totalWords: Scalars['SafeInt']['output'];
  /** The time of the data in the report: the clock of the service's database just before the source was read. */
  readonly asOf: Scalars['DateTime']['output'];
  /** The time that reading and counting took, in milliseconds. */
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
  /** The rows without their cursors. */
  readonly nodes: ReadonlyArray<PostsPerDayReportRow>;
  /** The position of the page in the report. */
  readonly pageInfo: PageInfo;
  /** The number of rows in the whole report. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A row of the report, with its cursor. */
export type PostsPerDayReportRowEdge = {
  readonly __typename?: 'PostsPerDayReportRowEdge';
  /** An opaque text that identifies the row's position in this report and order. */
  readonly cursor: Scalars['String']['output'];
  /** The row. */
  readonly node: PostsPerDayReportRow;
};

/** A row of the report; its key is `day`. */
export type PostsPerDayReportRow = {
  readonly __typename?: 'PostsPerDayReportRow';
  /** The day, in UTC. */
  readonly day: Scalars['String']['output'];
  /** Number of posts of the day. */
  readonly totalPosts: Scalars['SafeInt']['output'];
  /** Number of words in the posts of the day. */
  readonly totalWords: Scalars['SafeInt']['output'];
};

/** The order of the report's rows; equal rows are ordered by ascending key. */
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

/** The conditions on the rows to read; a row must meet all of them. Absent, null and `{}` mean all rows. */
export type PostsPerDayReportFilter = {
  /** Only posts created at or after this moment. */
  readonly createdFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts created before this moment. */
  readonly createdTo?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only posts of these users. The list has 1 to 1,000 values; their order and repeats do not matter. */
  readonly userIds?: InputMaybe<ReadonlyArray<Scalars['Int']['input']>>;
};

/** The conditions and options of a request. */
export type RequestPostsPerDayReportInput = {
  /** The conditions on the rows; absent, null and `{}` mean all rows. */
  readonly filter?: InputMaybe<PostsPerDayReportFilter>;
  /**
   * 1 to 255 visible ASCII characters. Another request with this key within 24 hours is answered with the same job, so
   * that a request whose answer was lost can be sent again. With another filter it fails with `IDEMPOTENCY_KEY_REUSED`.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The maximum age in seconds, by `asOf`, of a finished report that may answer; absent or 0 asks for a new report. */
  readonly maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The maximum time in milliseconds that the answer waits for the end of the job. Above 60,000 it is 60,000. */
  readonly waitMs?: InputMaybe<Scalars['Int']['input']>;
};

/** The answer to a request: the job, or the errors in the request. */
export type RequestPostsPerDayReportPayload = {
  readonly __typename?: 'RequestPostsPerDayReportPayload';
  /** The job that makes or made the report; null exactly when `userErrors` is not empty. */
  readonly job?: Maybe<ReportJob>;
  /** Whether the job was requested before with the same filter, and was still open. */
  readonly coalesced: Scalars['Boolean']['output'];
  /** Whether the job had ended before, with a report that is not older than `maxAgeSeconds`. */
  readonly reused: Scalars['Boolean']['output'];
  /** The errors in the request. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A filter as the service applies it: lists ascending without repeats, dates in UTC. Null means no condition. */
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

