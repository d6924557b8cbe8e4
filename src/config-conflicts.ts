import { brokerOf, type BrokerName } from './adapters/broker-url.js';
import { isLoopback } from './adapters/is-loopback.js';
import type { AuthToken } from './http/web/auth.js';

/** The valid values of the variables that are checked together. */
interface Values {
  readonly HOST?: string | undefined;
  readonly BROKER_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly BROKER?: BrokerName | undefined;
  readonly AUTH_TOKENS?: readonly AuthToken[] | undefined;
  readonly AUTH?: 'off' | undefined;
  readonly NODE_ENV?: string | undefined;
}

/**
 * Errors in combinations of variables. A variable that is invalid alone is not checked here.
 * @param env the variables as they were set, to distinguish an invalid variable from a missing one
 */
export function findConflicts(values: Values, env: Readonly<Record<string, string | undefined>>): string[] {
  const hasTokens = Boolean(env['AUTH_TOKENS']);
  return [
    ...brokerConflicts(values, env),
    ...(hasTokens ? [] : hostConflicts(values)),
    ...(values.AUTH === 'off' && hasTokens ? ['AUTH is off, but AUTH_TOKENS is set'] : []),
    ...(values.NODE_ENV === 'production' ? productionConflicts(values, hasTokens) : []),
  ];
}

function brokerConflicts(
  { BROKER_URL, REDIS_URL, BROKER }: Values,
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  if (!env['BROKER_URL'] && !env['REDIS_URL']) return ['BROKER_URL or REDIS_URL must be set'];
  const url = env['BROKER_URL'] ? BROKER_URL : REDIS_URL;
  if (url === undefined || BROKER === undefined || BROKER === brokerOf(url)) return [];
  return [`BROKER is ${BROKER}, but the URL of the broker means ${brokerOf(url)}`];
}

/** While authentication is off, HOST must be a loopback address. */
function hostConflicts({ HOST }: Values): string[] {
  if (HOST === undefined || isLoopback(HOST)) return [];
  return [
    `HOST is ${HOST}, which other machines can reach, while authentication is off and every caller is an operator; ` +
      'set AUTH_TOKENS, or HOST=127.0.0.1',
  ];
}

/** The minimum length: 16 random characters of base64url have 96 bits. */
const MIN_TOKEN_LENGTH = 16;

function productionConflicts({ AUTH, AUTH_TOKENS = [] }: Values, hasTokens: boolean): string[] {
  if (!hasTokens && AUTH !== 'off')
    return [
      'AUTH_TOKENS must be set with NODE_ENV=production, or AUTH=off to let every caller be an operator',
    ];
  return AUTH_TOKENS.flatMap(({ token }, index) =>
    token.length >= MIN_TOKEN_LENGTH
      ? []
      : [
          `AUTH_TOKENS entry ${index + 1} has a token of ${token.length} characters; ` +
            `with NODE_ENV=production it must have ${MIN_TOKEN_LENGTH} or more`,
        ],
  );
}
