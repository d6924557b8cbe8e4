import type { Knex } from 'knex';

const CONNECT_TIMEOUT_MS = 1500;

/**
 * The settings of every connection: the time zone is UTC and the character set utf8mb4. mysql2 returns numbers as
 * JavaScript numbers, and only numbers beyond 2^53 as strings.
 *
 * @param url `mysql://user:password@host:port/database`, with the query parameters of `PARAMETERS`
 * @throws TypeError that says what is wrong with the address, without the user or the password
 */
export function connectionSettings(url: string): Knex.MySql2ConnectionConfig {
  const { hostname, port, username, password, pathname, searchParams } = parseDatabaseUrl(url);
  const { socketPath, ssl } = readParameters(searchParams);
  return {
    ...(socketPath === undefined
      ? { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 3306) }
      : { socketPath }),
    user: decoded(username, 'user'),
    password: decoded(password, 'password'),
    database: decoded(pathname.slice(1), 'database'),
    ...(ssl !== undefined && { ssl }),
    charset: 'utf8mb4',
    timezone: 'Z',
    supportBigNumbers: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  };
}

function parseDatabaseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) {
    throw new TypeError('special characters in user and password must be percent-encoded');
  }
  if (!SCHEMES.has(parsed.protocol)) throw new TypeError(`it begins with ${parsed.protocol}//`);
  if (parsed.pathname.length < 2) throw new TypeError('it names no database');
  return parsed;
}

/** Rails, SQLAlchemy and some providers write `mysql2:`. */
const SCHEMES = new Set(['mysql:', 'mysql2:']);

function decoded(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TypeError(`the ${part} has a % that begins no percent-encoding; write it as %25`);
  }
}

type Tls = NonNullable<Knex.MySql2ConnectionConfig['ssl']>;

interface Parameters {
  readonly socketPath?: string;
  /** Null: no TLS. */
  readonly ssl?: Tls | null;
}

const ENCRYPTED: Tls = { rejectUnauthorized: false };
const CERTIFIED: Tls = { rejectUnauthorized: true };
const OF_THIS_HOST = { rejectUnauthorized: true, verifyIdentity: true } as Tls;

/**
 * Maps the values of `ssl-mode` (MySQL's programs) and of `sslmode` (PostgreSQL's parameter, which some providers use
 * for MySQL) to TLS options. Null means no TLS.
 */
const TLS_MODES: ReadonlyMap<string, Tls | null> = new Map([
  ['disabled', null],
  ['disable', null],
  ['required', ENCRYPTED],
  ['require', ENCRYPTED],
  ['verify_ca', CERTIFIED],
  ['verify-ca', CERTIFIED],
  ['verify_identity', OF_THIS_HOST],
  ['verify-full', OF_THIS_HOST],
]);

/** The query parameters that a database URL may have. */
const PARAMETERS: Readonly<Record<string, (value: string, name: string) => Parameters>> = {
  socket: (socketPath) => ({ socketPath }),
  socketPath: (socketPath) => ({ socketPath }),
  ssl: (value) => ({ ssl: tlsOptions(value) }),
  'ssl-mode': tlsMode,
  sslmode: tlsMode,
  // Connections use utf8mb4 in any case. The other accepted values are subsets of utf8mb4.
  charset(value) {
    if (/^(utf8(mb[34])?|ascii)(_|$)/i.test(value)) return {};
    throw new TypeError(`its parameter charset is ${value}, and the service reads utf8mb4 only`);
  },
};

function readParameters(searchParams: URLSearchParams): { socketPath?: string; ssl?: Tls } {
  const all: Parameters[] = [...searchParams].map(([name, value]) => {
    const read = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (read === undefined) {
      const known = Object.keys(PARAMETERS).join(', ');
      throw new TypeError(`its parameter ${name} is none of ${known}`);
    }
    return read(value, name);
  });
  const { socketPath, ssl } = Object.assign({}, ...all) as Parameters;
  return { ...(socketPath !== undefined && { socketPath }), ...(ssl && { ssl }) };
}

function tlsMode(value: string, name: string): Parameters {
  const ssl = TLS_MODES.get(value.toLowerCase());
  if (ssl !== undefined) return { ssl };
  throw new TypeError(
    `its parameter ${name} is ${value}, and must be one of ${[...TLS_MODES.keys()].join(', ')}`,
  );
}

/**
 * Parses the parameter `ssl`: `true`, `false`, a profile of mysql2 such as `Amazon RDS`, or mysql2's options as JSON.
 */
function tlsOptions(value: string): Tls | null {
  if (value === 'true' || value === '1') return CERTIFIED;
  if (value === 'false' || value === '0') return null;
  if (!value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as Tls;
  } catch {
    throw new TypeError('its parameter ssl begins as JSON, but cannot be parsed');
  }
}
