import { z } from 'zod';
import { BROKERS, checkBrokerUrl } from './adapters/broker-url.js';
import { connectionSettings } from './adapters/mysql/connection-settings.js';
import { parseRedisUrl } from './adapters/redis/redis-address.js';
import { findConflicts } from './config-conflicts.js';
import { parseOrigin, parseOrigins, parseTokens, url, wholeNumber } from './config-values.js';
import type { AuthToken } from './http/web/auth.js';

/** The settings of a process. Only `loadConfig` reads the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** The database from which reports read their rows. Default: DATABASE_URL. */
  readonly sourceUrl: string;
  /** Folder with report definitions in addition to the built-in ones. Undefined: built-in ones only. */
  readonly reportsDir: string | undefined;
  /**
   * The scheme, such as `redis:` or `amqp:`, selects the broker for jobs and events. A URL of a cluster has several
   * hosts.
   */
  readonly brokerUrl: string;
  /** Part of the names of queues, keys, exchanges and channels in the broker, so that several services can share it. */
  readonly queueName: string;
  readonly workerConcurrency: number;
  readonly syncReportLimit: number;
  readonly syncTimeoutMs: number;
  readonly jobMaxAttempts: number;
  readonly jobTimeoutMs: number;
  readonly retryBaseMs: number;
  readonly resultTtlSeconds: number;
  readonly jobRetentionSeconds: number;
  /** The maximum number of open jobs per requester. Further new jobs are refused. */
  readonly maxOpenJobs: number;
  /** The tokens of all callers. Empty: authentication is off. */
  readonly authTokens: readonly AuthToken[];
  /** The service's origin as clients know it. Undefined: each request's `Host` header is used. */
  readonly publicUrl: string | undefined;
  /** The origins of other sites whose pages may use the service. */
  readonly corsOrigins: readonly string[];
  /** Whether browsers get the GraphiQL page. */
  readonly graphiql: boolean;
  /** The callers that may read the GraphQL schema. For all others, error messages suggest no names of the schema. */
  readonly introspection: 'everyone' | 'operators';
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The message lists all errors in the environment, one per line. The process then exits with status 78 (EX_CONFIG). */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The configuration is wrong:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

export const CONFIG_EXIT_CODE = 78;

const MAX_TIMER_MS = 2 ** 31 - 1;

/** One line for each variable. A test compares them with the README's table and `.env.example`. */
const VARIABLES = {
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DATABASE_URL: url(connectionSettings, 'mysql://user:password@host:3306/database'),
  SOURCE_DATABASE_URL: url(connectionSettings, 'mysql://user:password@host:3306/database').optional(),
  REPORTS_DIR: z.string().optional(),
  REDIS_URL: url(parseRedisUrl, 'redis://host:6379').optional(),
  BROKER_URL: url(
    checkBrokerUrl,
    'redis://host:6379, amqp://host:5672 or, for a cluster, amqp://a:5672,b:5672',
  ).optional(),
  BROKER: z.enum(BROKERS, 'must be bee-queue or rabbitmq').optional(),
  // Dots and colons separate the parts of names in the broker, so that QUEUE_NAME must not contain them: names of two
  // queues are then never equal.
  QUEUE_NAME: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, _ and -')
    .default('posts-report'),
  WORKER_CONCURRENCY: wholeNumber(1, 64).default(2),
  SYNC_REPORT_LIMIT: wholeNumber(1, 64).default(2),
  SYNC_TIMEOUT_MS: wholeNumber(1, MAX_TIMER_MS).default(30_000),
  JOB_MAX_ATTEMPTS: wholeNumber(1, 1000).default(3),
  JOB_TIMEOUT_MS: wholeNumber(1, MAX_TIMER_MS).default(600_000),
  RETRY_BASE_MS: wholeNumber(0, 300_000).default(1000),
  RESULT_TTL_SECONDS: wholeNumber(1, 2 ** 31 - 1).default(604_800),
  JOB_RETENTION_SECONDS: wholeNumber(1, 2 ** 31 - 1).default(2_592_000),
  MAX_OPEN_JOBS: wholeNumber(1, 2 ** 31 - 1).default(10_000),
  AUTH_TOKENS: z.string().transform(parseTokens).default([]),
  PUBLIC_URL: z.string().transform(parseOrigin).optional(),
  CORS_ORIGINS: z.string().transform(parseOrigins).default([]),
  AUTH: z.literal('off', 'must be off, or not set').optional(),
  GRAPHIQL: z.enum(['on', 'off'], 'must be on or off').optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  NODE_ENV: z.string().default('development'),
};

type Values = z.output<z.ZodObject<typeof VARIABLES>>;

export const CONFIG_VARIABLES = Object.keys(VARIABLES);

/**
 * @param env usually `process.env`; an empty value counts as absent
 * @throws ConfigError naming every mistake
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = CONFIG_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  const parsed = z.object(VARIABLES).safeParse(Object.fromEntries(given));
  const mistakes = [...(parsed.error?.issues.map(describe) ?? []), ...findConflicts(validValues(env), env)];
  const brokerUrl = parsed.data?.BROKER_URL ?? parsed.data?.REDIS_URL;
  if (!parsed.success || brokerUrl === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  const values = parsed.data;
  const isProduction = values.NODE_ENV === 'production';
  return {
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    sourceUrl: values.SOURCE_DATABASE_URL ?? values.DATABASE_URL,
    reportsDir: values.REPORTS_DIR,
    brokerUrl,
    queueName: values.QUEUE_NAME,
    workerConcurrency: values.WORKER_CONCURRENCY,
    syncReportLimit: values.SYNC_REPORT_LIMIT,
    syncTimeoutMs: values.SYNC_TIMEOUT_MS,
    jobMaxAttempts: values.JOB_MAX_ATTEMPTS,
    jobTimeoutMs: values.JOB_TIMEOUT_MS,
    retryBaseMs: values.RETRY_BASE_MS,
    resultTtlSeconds: values.RESULT_TTL_SECONDS,
    jobRetentionSeconds: values.JOB_RETENTION_SECONDS,
    maxOpenJobs: values.MAX_OPEN_JOBS,
    authTokens: values.AUTH_TOKENS,
    publicUrl: values.PUBLIC_URL,
    corsOrigins: values.CORS_ORIGINS,
    graphiql: values.GRAPHIQL === undefined ? !isProduction : values.GRAPHIQL === 'on',
    introspection: isProduction ? 'operators' : 'everyone',
    logLevel: values.LOG_LEVEL,
  };
}

/**
 * The value of each variable, or its default if it is not set. Undefined if it is invalid, or if it is not set and has
 * no default.
 */
function validValues(env: Readonly<Record<string, string | undefined>>): Partial<Values> {
  const valid = Object.entries(VARIABLES).map(([name, type]) => [
    name,
    type.safeParse(env[name] || undefined).data,
  ]);
  return Object.fromEntries(valid) as Partial<Values>;
}

function describe(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return `${name} ${missing ? 'must be set' : issue.message}`;
}
