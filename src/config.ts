import { z } from 'zod';
import { connectionSettings } from './adapters/mysql/connection-settings.js';
import { brokerOf, BROKERS, checkBrokerUrl, type BrokerName } from './adapters/broker-url.js';
import { isLoopback } from './adapters/is-loopback.js';
import { parseRedisUrl } from './adapters/redis/redis-address.js';
import type { AuthToken } from './http/web/auth.js';

/** The settings of a process. Only `loadConfig` reads the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Database whose rows reports read; DATABASE_URL by default. */
  readonly sourceUrl: string;
  /** Folder of definitions beside those that ship; undefined: none. */
  readonly reportsDir: string | undefined;
  /** `redis://…` or `amqp://…`: the scheme chooses the broker of jobs and events. Some forms name several hosts. */
  readonly brokerUrl: string;
  /** Part of the names of queues, keys, exchanges and channels in the broker. */
  readonly queueName: string;
  readonly workerConcurrency: number;
  readonly syncReportLimit: number;
  readonly syncTimeoutMs: number;
  readonly jobMaxAttempts: number;
  readonly jobTimeoutMs: number;
  readonly retryBaseMs: number;
  readonly resultTtlSeconds: number;
  readonly jobRetentionSeconds: number;
  /** Open jobs of one requester at most; another new job is refused. */
  readonly maxOpenJobs: number;
  /** Empty: authentication is off. */
  readonly authTokens: readonly AuthToken[];
  /** The origin of the service as clients know it; undefined: that of the `Host` header. */
  readonly publicUrl: string | undefined;
  /** Origins of other sites whose pages may use the service. */
  readonly corsOrigins: readonly string[];
  /** Whether browsers get the GraphiQL page. */
  readonly graphiql: boolean;
  /** Who may read the GraphQL schema, and gets suggestions made from it. */
  readonly introspection: 'everyone' | 'operators';
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Lists every mistake in the environment, one a line. Processes exit with 78 (EX_CONFIG) after it. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The configuration is wrong:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

export const CONFIG_EXIT_CODE = 78;

const PRODUCTION = 'production';
const MAX_TIMER_MS = 2 ** 31 - 1;
/** In production. 16 random characters of base64url have 96 bits. */
const MIN_TOKEN_LENGTH = 16;

/** One line for each variable. A test compares them with the README's table and `.env.example`. */
const VARIABLES = {
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  DATABASE_URL: url([connectionSettings], 'mysql://user:password@host:3306/database'),
  SOURCE_DATABASE_URL: url([connectionSettings], 'mysql://user:password@host:3306/database').optional(),
  REPORTS_DIR: z.string().optional(),
  REDIS_URL: urlPassing(parseRedisUrl, 'redis://host:6379').optional(),
  BROKER_URL: urlPassing(
    checkBrokerUrl,
    'redis://host:6379, amqp://host:5672 or, for a cluster, amqp://a:5672,b:5672',
  ).optional(),
  BROKER: z.enum(BROKERS, 'must be bee-queue or rabbitmq').optional(),
  // Without dots and colons, which join the parts of the broker's names, so that no two names are equal.
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

export const CONFIG_VARIABLES = Object.keys(VARIABLES);

/**
 * @param env usually `process.env`; an empty value counts as absent
 * @throws ConfigError naming every mistake
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = CONFIG_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []));
  const parsed = z.object(VARIABLES).safeParse(Object.fromEntries(given));
  const mistakes = [...(parsed.error?.issues.map(describe) ?? []), ...combinedMistakes(env)];
  const brokerUrl = parsed.data?.BROKER_URL ?? parsed.data?.REDIS_URL;
  if (!parsed.success || brokerUrl === undefined || mistakes.length > 0) throw new ConfigError(mistakes);
  const values = parsed.data;
  const isProduction = values.NODE_ENV === PRODUCTION;
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

function describe(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return `${name} ${missing ? 'must be set' : issue.message}`;
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: (issue) => `must be a whole number from ${min} to ${max}, but is ${JSON.stringify(issue.input)}`,
    })
    .transform(Number);
}

/** A URL that at least one of the readers can parse. Errors never repeat the value, which holds a password. */
function url(readers: readonly ((text: string) => unknown)[], example: string) {
  const error = `must be a URL like ${example}`;
  return z.string(error).superRefine((text, context) => {
    const problems = readers.map((read) => problemOf(read, text));
    if (problems.includes(null)) return;
    // With several readers, no single reader's message explains what is wrong.
    const [problem] = problems.length === 1 ? problems : [];
    context.addIssue({ code: 'custom', message: problem ? `${error}: ${problem}` : error });
  });
}

/** @param check says what is wrong without repeating the value, which holds a password. */
function urlPassing(check: (text: string) => unknown, example: string) {
  const like = `must be a URL like ${example}`;
  return z.string(like).superRefine((text, context) => {
    try {
      check(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      context.addIssue({ code: 'custom', message: `${like}: ${reason}` });
    }
  });
}

/** What is wrong with the text; null when it can be parsed. Only our own TypeErrors have messages for users. */
function problemOf(read: (text: string) => unknown, text: string): string | null {
  try {
    read(text);
    return null;
  } catch (error) {
    return error instanceof TypeError && !('code' in error) ? error.message : '';
  }
}

/** Mistakes in combinations of variables. Variables with a mistake of their own are left out. */
function combinedMistakes(env: Readonly<Record<string, string | undefined>>): string[] {
  const read = <T>(type: z.ZodType<T>, text: string | undefined) => type.safeParse(text || undefined).data;
  const brokerUrl = env['BROKER_URL'] || env['REDIS_URL'];
  const readBrokerUrl = read(env['BROKER_URL'] ? VARIABLES.BROKER_URL : VARIABLES.REDIS_URL, brokerUrl);
  const host = read(VARIABLES.HOST, env['HOST']);
  return [
    ...(brokerUrl ? [] : ['BROKER_URL or REDIS_URL must be set']),
    ...(readBrokerUrl === undefined
      ? []
      : brokerMistakes(readBrokerUrl, read(VARIABLES.BROKER, env['BROKER']))),
    ...(host === undefined || env['AUTH_TOKENS'] ? [] : hostMistakes(host)),
    ...(env['AUTH'] === 'off' && env['AUTH_TOKENS'] ? ['AUTH is off, but AUTH_TOKENS is set'] : []),
    ...(env['NODE_ENV'] === PRODUCTION ? productionMistakes(env) : []),
  ];
}

function brokerMistakes(brokerUrl: string, broker: BrokerName | undefined): string[] {
  const meant = brokerOf(brokerUrl);
  if (broker === undefined || broker === meant) return [];
  return [`BROKER is ${broker}, but the URL of the broker means ${meant}`];
}

/** HOST may be another than loopback only when authentication is on. */
function hostMistakes(host: string): string[] {
  if (isLoopback(host)) return [];
  return [
    `HOST is ${host}, which other machines can reach, while authentication is off and everybody is an operator; ` +
      'set AUTH_TOKENS, or HOST=127.0.0.1',
  ];
}

/** `https://reports.example`, as browsers write an origin. */
function parseOrigin(text: string, context: z.core.$RefinementCtx<string>): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be an origin like https://reports.example' });
  return z.NEVER;
}

function parseOrigins(text: string, context: z.core.$RefinementCtx<string>): string[] {
  return text.split(',').map((origin) => parseOrigin(origin.trim(), context));
}

function productionMistakes(env: Readonly<Record<string, string | undefined>>): string[] {
  const tokens = VARIABLES.AUTH_TOKENS.safeParse(env['AUTH_TOKENS'] || undefined).data ?? [];
  if (!env['AUTH_TOKENS'] && env['AUTH'] !== 'off')
    return [
      'AUTH_TOKENS must be set with NODE_ENV=production, or AUTH=off to let every caller be an operator',
    ];
  return tokens.flatMap(({ token }, index) =>
    token.length >= MIN_TOKEN_LENGTH
      ? []
      : [
          `AUTH_TOKENS entry ${index + 1} has a token of ${token.length} characters; ` +
            `with NODE_ENV=production it must have ${MIN_TOKEN_LENGTH} or more`,
        ],
  );
}

function parseTokens(text: string, context: z.core.$RefinementCtx<string>): AuthToken[] {
  const entryOf = new Map<string, number>();
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.flatMap((entry, index) => {
    const [, name, role, token] =
      /^([\w.@-]{1,64}):(viewer|operator):([\x21-\x2b\x2d-\x7e]+)$/.exec(entry) ?? [];
    if (name === undefined || token === undefined || (role !== 'viewer' && role !== 'operator')) {
      const message = `entry ${index + 1} must be name:role:token, with the role viewer or operator`;
      context.addIssue({ code: 'custom', message });
      return [];
    }
    const first = entryOf.get(token) ?? index;
    entryOf.set(token, first);
    if (first !== index) {
      const message = `entry ${index + 1} has the token of entry ${first + 1}, so that its sender would be ambiguous`;
      context.addIssue({ code: 'custom', message });
    }
    return [{ name, role, token }];
  });
}
